"""Explain a recommendation: why the decision came out so, and every number that led to the order of its items."""

from __future__ import annotations

import msgspec

from tessella.domain.ranking.rank import rank_explained
from tessella.domain.ranking.ranking import Ranking
from tessella.ports import Session
from tessella.usecases.decide import decision_for
from tessella.usecases.explain import Explanation, explanation_of
from tessella.usecases.load_subject import load_history, load_subject
from tessella.usecases.ranking import (
    NO_INDEX,
    Material,
    as_stale_as,
    check_asked,
    ranked_from,
    ranking_request,
    region_of,
    with_items,
)
from tessella.usecases.recommend import RecommendationRequest


class RecommendationExplained(msgspec.Struct, frozen=True):
    """A decision with its items, explained. The ranking has its trace."""

    explanation: Explanation
    ranking: Ranking


async def recommend_explained(session: Session, request: RecommendationRequest) -> RecommendationExplained:
    """Decide, rank anew and record, with every number that led to the order."""
    explained = await simulate_recommendation(session, request)
    await session.record(explained.explanation.decision)
    return explained


async def simulate_recommendation(session: Session, request: RecommendationRequest) -> RecommendationExplained:
    """The same without recording anything."""
    check_asked(request.items)
    at = request.decision.moment(session.now())
    subject = await load_subject(session, request.decision.subject_id, request.decision.context, at=at)
    events = await load_history(session, subject)
    subject = as_stale_as(subject, events)
    decision = decision_for(session.snapshot(), request.decision, subject, at, session.new_decision_id())
    index, region = await session.index(), region_of(subject)
    ranking = NO_INDEX
    if index is not None:
        material = Material(session.snapshot(), index, subject, events, decision, request.items, region)
        ranking = rank_explained(index, ranking_request(material), now=at)
    decision = with_items(decision, ranking, ranked_from(index, events, request.items, region, at))
    return RecommendationExplained(explanation_of(session.snapshot(), subject, decision, at), ranking)
