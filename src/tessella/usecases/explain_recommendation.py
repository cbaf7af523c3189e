"""Explain a recommendation: why the decision came out so, and every number that led to the order of its items."""

from __future__ import annotations

import msgspec

from tessella.domain.ranking.ranking import Ranking
from tessella.ports import Session
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.experiments.assigning.in_decision import with_foreseen_variant, with_variant
from tessella.usecases.explain import Explanation, explanation_of
from tessella.usecases.prepare_ranking import prepare_ranking
from tessella.usecases.ranking import ItemsAsked, ranked_explained, with_items
from tessella.usecases.recommend import RecommendationRequest


class RecommendationExplained(msgspec.Struct, frozen=True):
    """A decision with its items, explained. The ranking has its trace."""

    explanation: Explanation
    ranking: Ranking


async def recommend_explained(session: Session, request: RecommendationRequest) -> RecommendationExplained:
    """Decide, rank anew and record, with every number that led to the order."""
    decision = await with_variant(session, request.decision)
    explained = await _explained(session, decision, request.items)
    await session.record(explained.explanation.decision)
    return explained


async def simulate_recommendation(session: Session, request: RecommendationRequest) -> RecommendationExplained:
    """The same without recording anything."""
    return await _explained(session, await with_foreseen_variant(session, request.decision), request.items)


async def _explained(session: Session, request: DecisionRequest, items: ItemsAsked) -> RecommendationExplained:
    at = request.moment(session.now())
    material = await prepare_ranking(session, request, items, at)
    ranking = ranked_explained(material, at)
    decision = with_items(material, ranking, at)
    return RecommendationExplained(explanation_of(material.snapshot, material.subject, decision, at), ranking)
