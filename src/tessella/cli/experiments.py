"""`tessella experiments`: what is tried on whom, and where each is in its life."""

from __future__ import annotations

from typing import Final

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.definitions import commands
from tessella.cli.experiment_clusters import add_train_clusters
from tessella.cli.experiment_eligibility import add_eligibility
from tessella.cli.experiment_results import add_results
from tessella.cli.options import ExperimentName
from tessella.cli.output import AsJson, answer, say
from tessella.domain.definitions import Kind
from tessella.domain.experiments.setup.experiment import ExperimentStatus
from tessella.domain.identifiers import ExperimentId
from tessella.ports import StoredDefinition

app: Final = commands(Kind.EXPERIMENT)
add_train_clusters(app)
add_eligibility(app)
add_results(app)


@app.command("start")
def start(experiment: ExperimentName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Start a draft, or go on with what was paused."""
    _set_status(experiment, ExperimentStatus.RUNNING, namespace, as_json=as_json)


@app.command("pause")
def pause(experiment: ExperimentName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Give nobody new a variant; who has one keeps it, and rewards count."""
    _set_status(experiment, ExperimentStatus.PAUSED, namespace, as_json=as_json)


@app.command("stop")
def stop(experiment: ExperimentName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Stop for good: rewards that come from now on do not count."""
    _set_status(experiment, ExperimentStatus.STOPPED, namespace, as_json=as_json)


@app.command("archive")
def archive(experiment: ExperimentName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Keep what has stopped for its results only."""
    _set_status(experiment, ExperimentStatus.ARCHIVED, namespace, as_json=as_json)


def _set_status(experiment: str, status: ExperimentStatus, namespace: str, *, as_json: bool) -> None:
    stored = in_session(namespace, lambda session: usecases.set_status(session, ExperimentId(experiment), status))
    answer(stored, as_json=as_json, show=_print_status)


def _print_status(stored: StoredDefinition) -> None:
    status = stored.body.get("status", ExperimentStatus.RUNNING)
    say(f"The experiment {stored.identifier} is {status}, version {stored.version}.")
