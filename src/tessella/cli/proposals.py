"""`tessella segments propose`: groups that behave otherwise than all, as rules."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.output import AsJson, answer, console, counted, notes, progress, say
from tessella.domain.features.gate import iso
from tessella.domain.segments.proposing.proposals import Proposals, ProposedGroup, Remark
from tessella.domain.segments.proposing.search import HORIZON_DAYS, MIN_SUPPORT, read_search
from tessella.ports import Session

AsOf = Annotated[str | None, typer.Option("--as-of", help="The cut, ISO 8601; --days before now if left out.")]
Days = Annotated[int, typer.Option("--days", help="How many days after the cut are looked at.")]
PurchaseType = Annotated[str, typer.Option("--purchase-type", help="The type of the events that are purchases.")]
CategoryField = Annotated[str, typer.Option("--category-field", help="The property that holds a purchase's category.")]
MinSupport = Annotated[int, typer.Option("--min-support", help="The fewest subjects of a proposed group.")]
SaveDrafts = Annotated[bool, typer.Option("--save-drafts", help="Keep each group as the draft of a segment.")]

_REMARKS = {
    Remark.NO_GROUP_DIFFERS: "No group differs from all, as far as these subjects can tell.",
    Remark.NO_FEATURES: "No feature has a value as of the cut. Declare features with a kind, or choose a later cut.",
    Remark.TOO_FEW_SUBJECTS: "There are too few subjects for groups of this size.",
    Remark.ALL_ALIKE: "Everybody did the same in these days: all bought, or nobody did.",
}


def add_propose(app: typer.Typer) -> None:
    """`tessella segments propose`."""

    @app.command("propose")
    def propose(  # noqa: PLR0913, PLR0917 - one option for each thing that can be asked
        as_of: AsOf = None,
        days: Days = HORIZON_DAYS,
        purchase_type: PurchaseType = "purchase",
        category_field: CategoryField = "category",
        min_support: MinSupport = MIN_SUPPORT,
        save_drafts: SaveDrafts = False,
        namespace: InNamespace = DEMO,
        as_json: AsJson = False,
    ) -> None:
        """Find groups that buy, stay away, or buy of a category more often than all. Nothing is published."""
        asked = {
            "as_of": as_of, "horizon_days": days, "purchase_type": purchase_type, "category_field": category_field,
            "min_support": min_support,
        }  # fmt: skip

        async def act(application: Application, session: Session) -> Proposals:
            search = read_search(asked, now=session.now())
            with application.warehouse() as duckdb, progress("Looking for groups") as tell:
                found = await usecases.propose_segments(session, duckdb, search, tell)
            return await usecases.save_proposals(session, found) if save_drafts else found

        answer(in_application(namespace, act), as_json=as_json, show=print_proposals)


def print_proposals(found: Proposals) -> None:
    """Each group in words, and what became of it."""
    console.print(
        f"{found.subjects:,} subjects as of {iso(found.as_of)}, and the {found.horizon_days} days after; "
        f"{found.held_out:,} of them held out. {counted(found.examined, 'group')} looked at.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    for group in found.groups:
        print_group(group)
    if not found.groups:
        console.print(_REMARKS[found.remark], soft_wrap=True)
    if found.drafts:
        notes.print(f"{counted(len(found.drafts), 'draft')} saved. Read, change and publish them as you like.")


def print_group(group: ProposedGroup) -> None:
    """One group: how it behaves, who is in it, and the rule."""
    what = " of ".join(filter(None, (group.behaviour.replace("_", " "), group.category)))
    lines = (
        f"\n{what}: {group.rate:.1%} ({group.interval.low:.1%} to {group.interval.high:.1%}) against "
        f"{group.overall:.1%} of all, {group.lift:.2f} times as often",
        f"  {group.support:,} subjects ({group.share:.0%}), {group.held_out:,} of them held out: {group.sentence}",
        f"  {msgspec.json.encode(group.rule).decode()}",
    )
    for line in lines:
        say(line)
