"""`tessella experiments check-eligibility` and `check-alerts`: what a worker does every six hours, for cron."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

import typer

from tessella import usecases
from tessella.cli.alerts import print_alerts
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.output import AsJson, answer, print_table, say
from tessella.domain.alerts.alert import write_alert
from tessella.domain.identifiers import ExperimentId, Json
from tessella.usecases.experiments.eligibility.activate import Activation

OneExperiment = Annotated[str | None, typer.Argument(help="One experiment_id; all that run or are paused without it.")]
#: Something was found that somebody is to look at.
_FOUND: Final = 2


def add_eligibility(app: typer.Typer) -> None:
    """The commands of this module."""
    app.command("check-eligibility")(check_eligibility)
    app.command("check-alerts")(check_alerts)


def check_eligibility(experiment: OneExperiment = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Check whether experiments should be segmented, recommend what is worth it, and switch on what is due.

    Exit status: 0 when all were checked, 1 when they could not be, 2 when something was due and was not switched on.
    """
    found = in_session(namespace, lambda session: usecases.check_experiments(session, _named(experiment)))
    answer({"items": [_written(each) for each in found]}, as_json=as_json, show=_print_checks)
    raise typer.Exit(_FOUND if any(each.problem for each in found) else 0)


def check_alerts(experiment: OneExperiment = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Look for segments that do far worse than the others, and list all open alerts of experiments.

    Exit status: 0 when there are none, 1 when it could not be looked, 2 when there are some.
    """
    found = in_session(namespace, lambda session: usecases.check_alerts(session, _named(experiment)))
    answer({"items": [write_alert(each) for each in found]}, as_json=as_json, show=print_alerts)
    raise typer.Exit(_FOUND if found else 0)


def _named(experiment: str | None) -> ExperimentId | None:
    return None if experiment is None else ExperimentId(experiment)


def _written(found: Activation) -> dict[str, Json]:
    applied = None if found.applied is None else usecases.write_recommendation(found.applied)
    return {**usecases.write_check(found.checked), "applied": applied, "problem": found.problem}


def _print_checks(told: dict[str, Any]) -> None:
    """A table, an experiment a row, and what there is to say of each."""
    columns = ("experiment_id", "state", "mode", "traffic", "threshold")
    print_table("Experiments", columns, [[each[column] for column in columns] for each in told["items"]])
    for each in told["items"]:
        for line in _lines(each):
            say(f"{each['experiment_id']}: {line}")


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield told["explanation"]["en"]
    for each in told["recommendations"]:
        yield f"Recommended: {_by(each)} ({each['recommendation_id']})."
    if told["applied"] is not None:
        yield f"Switched on: {_by(told['applied'])}."
    if told["problem"] is not None:
        yield told["problem"]


def _by(recommendation: dict[str, Any]) -> str:
    return f"by {' and '.join(recommendation['segment_by'])}" if recommendation["segment_by"] else "by clusters"
