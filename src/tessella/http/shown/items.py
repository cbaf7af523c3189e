"""What of a recommendation is shown to whom, and how."""

from __future__ import annotations

from typing import Any

from tessella.domain.decisions import Decision, Reason
from tessella.domain.identifiers import Role
from tessella.domain.ranking.ranking import Ranking
from tessella.http.schemas.compare import CompareBody, ProfileListShown, ProfilesComparedShown
from tessella.http.schemas.recommend import (
    ItemScored,
    ItemWithReasons,
    RecommendationExplained,
    RecommendationShown,
    RecommendationWithReasons,
)
from tessella.http.shown.decisions import WITHOUT_REASONS, reason_shown, segment_shown, variant_shown
from tessella.http.shown.times import time_text
from tessella.usecases.compare_profiles import ProfileList, ProfilesCompared
from tessella.usecases.explain_recommendation import RecommendationExplained as Explained
from tessella.usecases.recommend import Recommendation


def recommendation_to(role: Role, made: Recommendation) -> RecommendationShown | RecommendationWithReasons:
    """The recommendation, cut to what a role may see."""
    decision = made.decision
    if role not in WITHOUT_REASONS:
        return RecommendationWithReasons(**_with_reasons(decision, made.ranking))
    return RecommendationShown(
        decision.decision_id, decision.segment_id, decision.profile_id,
        [ItemScored(item_id, score) for item_id, score in decision.items],
        decision.snapshot_version, decision.index_version, variant_shown(decision),
    )  # fmt: skip


def recommendation_explained(explained: Explained) -> RecommendationExplained:
    """The recommendation with everything that led to it."""
    decision, explanation = explained.explanation.decision, explained.explanation
    return RecommendationExplained(
        **_with_reasons(decision, explained.ranking),
        config=decision.config,
        provenance=decision.provenance,
        segments=[segment_shown(each) for each in explanation.segments],
        sources=explanation.sources,
        trace=explained.ranking.trace,
    )


def profiles_compared(compared: ProfilesCompared, asked: CompareBody) -> ProfilesComparedShown:
    """The lists of several profiles, each with its trace where that was asked for."""
    decision = compared.decision
    return ProfilesComparedShown(
        decision.segment_id, decision.profile_id, [reason_shown(each) for each in decision.reasons],
        decision.snapshot_version, compared.index_version,
        [_profile_list(each, asked) for each in compared.lists], [*compared.items],
    )  # fmt: skip


def _profile_list(given: ProfileList, asked: CompareBody) -> ProfileListShown:
    ranking = given.ranking
    reasons = [reason_shown(Reason(code, text)) for code, text in ranking.remarks]
    trace = ranking.trace if asked.explain else None
    return ProfileListShown(given.profile_id, given.config, _items(ranking), reasons, trace)


def _items(ranking: Ranking) -> list[ItemWithReasons]:
    return [ItemWithReasons(each.item_id, each.score, each.reasons) for each in ranking.items]


def _with_reasons(decision: Decision, ranking: Ranking) -> dict[str, Any]:
    ranked = decision.ranked
    return {
        "decision_id": decision.decision_id,
        "segment_id": decision.segment_id,
        "profile_id": decision.profile_id,
        "rule_id": decision.rule_id,
        "items": _items(ranking),
        "reasons": [reason_shown(each) for each in decision.reasons],
        "snapshot_version": decision.snapshot_version,
        "index_version": decision.index_version,
        "facts_as_of": time_text(decision.facts_as_of),
        "experiment": variant_shown(decision),
        "history_as_of": time_text(None if ranked is None else ranked.history_as_of),
    }
