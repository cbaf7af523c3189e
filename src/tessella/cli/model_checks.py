"""`tessella models check`: whether models still hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.output import AsJson, answer, figure, print_table, progress, say
from tessella.http.schemas.monitoring import MonitoringShown
from tessella.http.shown.monitoring import monitoring_shown
from tessella.ports import Session

ModelId = Annotated[str | None, typer.Argument(help="Of one prediction, such as churn; all if left out.")]
_SHIFT: Final = ("name", "psi", "by_chance", "level", "missing_then", "missing_now", "unseen")
_BIN: Final = ("subjects", "told", "happened", "low", "high")


def add_check(app: typer.Typer) -> None:
    """`tessella models check`."""

    @app.command("check")
    def check(model_id: ModelId = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
        """Compare who there is with whom active models learned from, and what they said with what has happened."""

        async def act(application: Application, session: Session) -> list[MonitoringShown]:
            with application.warehouse() as duckdb, progress("Checking") as tell:
                watched = await usecases.watch_models(session, duckdb, model_id, tell)
            return [monitoring_shown(await usecases.get_monitoring(session, each.model_id)) for each in watched]

        found = [msgspec.to_builtins(each) for each in in_application(namespace, act)]
        answer(found, as_json=as_json, show=_print_all)


def _print_all(found: Sequence[Mapping[str, Any]]) -> None:
    if not found:
        say("No model is active.")
    for each in found:
        _print_drift(each["model"], each["drift"])
        _print_outcomes(each["outcomes"], each["note"])


def _print_drift(model: Mapping[str, Any], drift: Mapping[str, Any]) -> None:
    found = drift["found"]
    say(f"{model['model_id']}, version {model['version']}: {found['subjects']:,} subjects as of {drift['as_of']}")
    for note in found["notes"]:
        say(note)
    shifts = [*found["inputs"], *([found["predicted"]] if found["predicted"] else [])]
    if shifts:
        print_table("Against the training", _SHIFT, _rows(shifts, _SHIFT))


def _print_outcomes(outcomes: Mapping[str, Any] | None, note: str) -> None:
    if outcomes is None:
        say(note)
        return
    found = outcomes["found"]
    say(f"What was said as of {outcomes['as_of']}: it has happened to {found['positives']:,} of {found['subjects']:,}.")
    for each in found["notes"]:
        say(each)
    if found["bins"]:
        error, by_chance = found["calibration_error"], found["by_chance"]
        say(f"The calibration error is {error:.4f}; right probabilities stay below {by_chance:.4f} by chance.")
        print_table("What was said and what happened", _BIN, _rows(found["bins"], _BIN))


def _rows(records: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[list[object]]:
    return [[figure(each[column]) for column in columns] for each in records]
