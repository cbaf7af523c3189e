"""`tessella evaluations`: the reports of evaluations and tunings that are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.output import AsJson, answer, print_table
from tessella.cli.reports import print_evaluation
from tessella.cli.tunings import print_tuning
from tessella.domain.features.gate import iso
from tessella.ports.evaluations import EvaluationKind, StoredEvaluation

app = typer.Typer(no_args_is_help=True, help="Reports of how good rankings are: the last 200 are kept.")

EvaluationId = Annotated[str, typer.Argument(help="As `tessella evaluations list` tells it.")]
_PRINTED: Final = {EvaluationKind.EVALUATION: print_evaluation, EvaluationKind.TUNING: print_tuning}
_TIMES: Final = ("made_at", "until")


@app.command("list")
def list_all(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """List the reports that are kept, the newest first."""
    found = in_session(namespace, usecases.list_evaluations)
    heads = [{name: value for name, value in told(each).items() if name != "report"} for each in found]
    answer(heads, as_json=as_json, show=print_heads)


@app.command("show")
def show(evaluation_id: EvaluationId, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show one report, as `tessella evaluate` or `tessella tune` printed it."""
    found = in_session(namespace, lambda session: usecases.get_evaluation(session, evaluation_id))
    answer(told(found), as_json=as_json, show=print_report)


def told(stored: StoredEvaluation) -> dict[str, Any]:
    """A report for programs."""
    return {**msgspec.to_builtins(stored), "made_at": iso(stored.made_at)}


def print_report(found: Mapping[str, Any]) -> None:
    """A report of either kind."""
    _PRINTED[EvaluationKind(found["kind"])](found)


def print_heads(heads: Sequence[Mapping[str, Any]]) -> None:
    """A table, a report a row."""
    columns = ("evaluation_id", "kind", "made_at", "until", "days", "profile_id")
    rows = [[_shown(column, {**each, **each["inputs"]}.get(column)) for column in columns] for each in heads]
    print_table("Evaluations and tunings", columns, rows)


def _shown(column: str, value: Any) -> Any:
    """Times to the minute, in UTC."""
    return value[:16].replace("T", " ") if column in _TIMES else value
