"""`tessella evaluate` and `tessella tune`: how good rankings are on purchases that they do not know."""

from __future__ import annotations

from typing import Annotated

import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.evaluations import print_report, told
from tessella.cli.output import AsJson, answer, notes, progress
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

    answer(told(in_application(namespace, act)), as_json=as_json, show=print_report)


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

    answer(told(in_application(namespace, act)), as_json=as_json, show=print_report)
