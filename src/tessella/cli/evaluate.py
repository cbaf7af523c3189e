"""`tessella evaluate` and `tessella tune`: how good rankings are on purchases that they do not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.output import AsJson, answer, console, notes, print_table, progress
from tessella.domain.features.gate import iso
from tessella.domain.ranking.evaluation.asked import DAYS, LENGTH, read_evaluation, read_tuning
from tessella.domain.ranking.evaluation.views import View
from tessella.ports import Session
from tessella.ports.evaluations import StoredEvaluation

Until = Annotated[str | None, typer.Option("--until", help="The end of the held-out days, ISO 8601; now if left out.")]
Days = Annotated[int, typer.Option("--days", help="How many days are held out.")]
Length = Annotated[int, typer.Option("--length", help="How long the lists are: the K of the metrics.")]
ProfileId = Annotated[str, typer.Argument(help="The profile to tune.")]
For = Annotated[View, typer.Option("--for", help="What the search is to find: repeats_allowed or new_items.")]
SaveDraft = Annotated[bool, typer.Option("--save-draft", help="Keep what is proposed as a draft of the profile.")]

#: The metrics of a table; `--json` has all of them.
_SHOWN: Final = ("ndcg", "recall", "map", "mrr", "coverage", "intra_list_diversity", "novelty", "popularity_bias")
_AGAINST: Final = ("popularity", "own_history", "current")


def evaluate(
    until: Until = None,
    days: Days = DAYS,
    length: Length = LENGTH,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Rank as of a cut by every profile, and measure what was bought after it, beside popularity and own history."""
    asked = {"until": until, "days": days, "length": length}

    async def act(application: Application, session: Session) -> StoredEvaluation:
        with application.warehouse() as duckdb, progress("Evaluating") as tell:
            return await usecases.evaluate(session, duckdb, read_evaluation(asked, now=session.now()), tell)

    answer(_told(in_application(namespace, act)), as_json=as_json, show=print_evaluation)


def tune(  # noqa: PLR0913, PLR0917 - one option for each thing that can be asked
    profile_id: ProfileId,
    until: Until = None,
    days: Days = DAYS,
    length: Length = LENGTH,
    view: For = View.REPEATS_ALLOWED,
    save_draft: SaveDraft = False,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Search for knobs that find more purchases, and report on days that the search has not seen. Publishes nothing."""
    asked = {"profile_id": profile_id, "until": until, "days": days, "length": length, "view": view}

    async def act(application: Application, session: Session) -> StoredEvaluation:
        with progress("Searching") as tell:
            tuned = await usecases.tune(session, read_tuning(asked, now=session.now()), tell)
        if save_draft:
            await usecases.save_tuned(session, tuned)
            notes.print("The proposal is saved as a draft. Read, change and publish it as you like.")
        return tuned

    answer(_told(in_application(namespace, act)), as_json=as_json, show=print_tuning)


def _told(stored: StoredEvaluation) -> dict[str, Any]:
    return {**msgspec.to_builtins(stored), "made_at": iso(stored.made_at)}


def print_evaluation(told: Mapping[str, Any]) -> None:
    """A table a view, a ranking a row; then where the whole report is."""
    _print_report(told["report"])
    console.print(f"Report {told['evaluation_id']} is kept; --json and the API tell segments too.", soft_wrap=True)


def print_tuning(told: Mapping[str, Any]) -> None:
    """What was found, what it would change, and how sure that is."""
    report = told["report"]
    searched = report["searched"]
    console.print(
        f"NDCG {searched['began_at']:.4f} to {searched['reached']:.4f} on the days that were searched, "
        f"{searched['trials']} trials.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    _print_report(report["outer"])
    changed = ", ".join(f"{knob} {value}" for knob, value in report["changed"].items())
    console.print(f"Proposed: {changed or 'no change'}. Nothing was published.", highlight=False, soft_wrap=True)


def _print_report(report: Mapping[str, Any]) -> None:
    print_table(
        f"{report['subjects']:,} subjects, {report['items']:,} items, {report['events']:,} events before the cut; "
        f"{report['cold_subjects']:,} unknown before it are left out",
        ("ranking", "view", *_SHOWN, "ndcg against"),
        [row for each in report["contenders"] for viewed in each["views"] for row in _rows(each["name"], viewed)],
    )


def _rows(name: str, viewed: Mapping[str, Any]) -> list[list[object]]:
    return [
        [name, viewed["view"], *(f"{group['metrics'][metric]['value']:.4f}" for metric in _SHOWN), _against(group)]
        for group in viewed["groups"][:1]
    ]


def _against(group: Mapping[str, Any]) -> str:
    """The difference of NDCG to each baseline, with its interval."""
    differences = group["metrics"]["ndcg"]["against"]
    return "; ".join(
        f"{name} {each['value']:+.4f} ({each['low']:+.4f} to {each['high']:+.4f})"
        for name in _AGAINST
        if (each := differences.get(name))
    )
