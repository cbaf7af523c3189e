"""`tessella recommend`: items for one subject, and why each is there."""

from __future__ import annotations

from typing import Annotated

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.compare import compared_in, print_compared
from tessella.cli.decisions import decision_request, print_decided
from tessella.cli.lists import Known, print_list, print_trace
from tessella.cli.options import Context, MomentOption, SubjectOption
from tessella.cli.output import AsJson, answer
from tessella.ports import Session
from tessella.usecases.compare_profiles import ProfilesCompared
from tessella.usecases.explain_recommendation import RecommendationExplained
from tessella.usecases.ranking import ItemsAsked
from tessella.usecases.recommend import RecommendationRequest

Profiles = Annotated[
    list[str] | None,
    typer.Option("--profile", help="Rank by this profile, not the segment's; repeated, lists are side by side."),
]


def recommend(  # noqa: PLR0913, PLR0917 - one option for each thing that can be asked
    subject: SubjectOption = None,
    context: Context = "{}",
    at: MomentOption = None,
    limit: Annotated[int, typer.Option(help="The most items.")] = 10,
    items: Annotated[list[str] | None, typer.Option("--item", help="Rank just these; may be repeated.")] = None,
    anchors: Annotated[list[str] | None, typer.Option("--like", help="Find items like this one; likewise.")] = None,
    profiles: Profiles = None,
    campaign: Annotated[str | None, typer.Option(help="A campaign whose overrides hold.")] = None,
    overrides: Annotated[str, typer.Option(help="Knobs as JSON.")] = "{}",
    explain: Annotated[bool, typer.Option("--explain", help="Show the numbers of each score.")] = False,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Recommend items for one subject. Nothing is recorded."""
    decision = decision_request(subject, context, campaign, overrides, at)
    request = RecommendationRequest(decision, ItemsAsked(limit, tuple(items) if items else None, tuple(anchors or ())))
    if profiles:
        compared, known = in_session(namespace, lambda session: compared_in(session, request, profiles))
        answer(compared, as_json=as_json, show=lambda told: print_lists(told, known))
        traces = {f"Scores by {each.profile_id}": each.ranking.trace for each in compared.lists}
    else:
        explained, known = in_session(namespace, lambda session: _explained_in(session, request))
        answer(explained, as_json=as_json, show=lambda told: print_items(told, known))
        traces = {"Scores": explained.ranking.trace}
    for title, trace in traces.items():
        if explain and not as_json and trace is not None:
            print_trace(title, trace, known)


async def _explained_in(session: Session, request: RecommendationRequest) -> tuple[RecommendationExplained, Known]:
    explained = await usecases.simulate_recommendation(session, request)
    found = await session.items_of([each.item_id for each in explained.ranking.items])
    return explained, {item.item_id: item for item in found}


def print_items(explained: RecommendationExplained, known: Known) -> None:
    """Segment and profile, what is to be known of the list, and the items."""
    print_decided(explained.explanation.decision)
    print_list(explained.ranking, known)


def print_lists(compared: ProfilesCompared, known: Known) -> None:
    """The segment and its own profile, and the lists of the profiles that were named."""
    print_decided(compared.decision)
    print_compared(compared, known)
