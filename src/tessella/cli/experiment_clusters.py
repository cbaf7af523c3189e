"""`tessella experiments train-clusters`: find groups of contexts."""

from __future__ import annotations

import typer

from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.options import ExperimentName
from tessella.cli.output import AsJson, answer, print_table, progress, say
from tessella.domain.experiments.clusters.nearest import cluster_key
from tessella.domain.identifiers import ExperimentId, Json
from tessella.ports import Session


def add_train_clusters(app: typer.Typer) -> None:
    """`tessella experiments train-clusters`."""

    @app.command("train-clusters")
    def train_clusters(experiment: ExperimentName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
        """Find groups in the contexts of an experiment's units; in the mode auto, new units are sorted into them."""

        async def act(session: Session) -> Json:
            from tessella.usecases.experiments.clusters.train import train_clusters as train  # loads numpy and SciPy

            with progress("Looking for clusters") as tell:
                return (await train(session, ExperimentId(experiment), tell)).written()

        answer(in_session(namespace, act), as_json=as_json, show=_print_trained)


def _print_trained(told: Json) -> None:
    if told["reason"]:
        say(f"No clusters. {told['reason']}")
    else:
        rows = [(cluster_key(told["version"], each["n"]), each["name"], each["units"]) for each in told["clusters"]]
        print_table(f"Version {told['version']}", ("segment", "name", "units"), rows)
    if told["left_out"]:
        say(f"Left out, as they name users: {', '.join(told['left_out'])}.")
