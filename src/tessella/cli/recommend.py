"""`tessella recommend`: items for one subject, and why each is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session, read_object
from tessella.cli.options import Context, MomentOption, SubjectOption, moment
from tessella.cli.output import AsJson, answer, console, print_table
from tessella.domain.identifiers import CampaignId, SubjectId
from tessella.domain.ranking.item import Item
from tessella.domain.ranking.ranking import FellOut, ItemTrace, Trace
from tessella.ports import Session
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.explain_recommendation import RecommendationExplained
from tessella.usecases.ranking import ItemsAsked
from tessella.usecases.recommend import RecommendationRequest


def recommend(  # noqa: PLR0913, PLR0917 - one option for each thing that can be asked
    subject: SubjectOption = None,
    context: Context = "{}",
    at: MomentOption = None,
    limit: Annotated[int, typer.Option(help="The most items.")] = 10,
    items: Annotated[list[str] | None, typer.Option("--item", help="Rank just these; may be repeated.")] = None,
    anchors: Annotated[list[str] | None, typer.Option("--like", help="Find items like this one; likewise.")] = None,
    campaign: Annotated[str | None, typer.Option(help="A campaign whose overrides hold.")] = None,
    overrides: Annotated[str, typer.Option(help="Knobs as JSON.")] = "{}",
    explain: Annotated[bool, typer.Option("--explain", help="Show the numbers of each score.")] = False,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Recommend items for one subject. Nothing is recorded."""
    decision = DecisionRequest(
        SubjectId(subject) if subject else None,
        read_object(context, "--context"),
        CampaignId(campaign) if campaign else None,
        read_object(overrides, "--overrides"),
        moment(at),
    )
    request = RecommendationRequest(decision, ItemsAsked(limit, tuple(items) if items else None, tuple(anchors or ())))

    async def act(session: Session) -> tuple[RecommendationExplained, Mapping[str, Item]]:
        explained = await usecases.simulate_recommendation(session, request)
        found = await session.items_of([each.item_id for each in explained.ranking.items])
        return explained, {item.item_id: item for item in found}

    explained, known = in_session(namespace, act)
    answer(explained, as_json=as_json, show=lambda told: print_items(told, known))
    if explain and not as_json and explained.ranking.trace is not None:
        print_trace(explained.ranking.trace)


def print_items(explained: RecommendationExplained, known: Mapping[str, Item]) -> None:
    """Segment and profile, the items with what people call them, and what is to be known of the list."""
    decision = explained.explanation.decision
    who = f"subject {decision.subject_id}" if decision.subject_id else "an anonymous request"
    console.print(f"[bold]{who}[/] → segment [bold]{decision.segment_id}[/], profile {decision.profile_id or 'none'}")
    for reason in decision.reasons:
        console.print(f"  {reason.text}", highlight=False, markup=False)
    rows = []
    for each in explained.ranking.items:
        item = known.get(each.item_id, Item(each.item_id))
        shown = (each.item_id, item.name, item.brand, item.category)
        rows.append([*shown, f"{each.score:.3f}", ", ".join(each.reasons)])
    if rows:
        print_table("Items", ("item", "name", "brand", "category", "score", "why"), rows)


def print_trace(trace: Trace) -> None:
    """What made each score, and what fell out at which step."""
    signals = [term.signal for term in trace.items[0].terms] if trace.items else []
    columns = ("item", *signals, "boost", "penalty", "score")
    print_table("Scores", columns, [_numbers(each) for each in trace.items])
    console.print(f"{trace.gathered:,} items were gathered, {trace.eligible:,} may be shown.", highlight=False)
    for each in trace.fell_out:
        console.print(_fell_out(each), highlight=False, markup=False, soft_wrap=True)


def _numbers(each: ItemTrace) -> list[str]:
    numbers = [*(term.contribution for term in each.terms), each.boost, -each.mmr_penalty, each.score]
    return [each.item_id, *(f"{number:.3f}" for number in numbers)]


def _fell_out(each: FellOut) -> str:
    some = ", ".join(each.item_ids[:5])
    return f"  {each.step}, {each.reason}: {each.count:,}, such as {some}"
