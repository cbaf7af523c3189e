"""A check, and a recommendation, as they are written in JSON."""

from __future__ import annotations

import msgspec

from tessella.domain.features.gate import iso
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import Json
from tessella.ports.experiments import StoredRecommendation
from tessella.usecases.experiments.eligibility.check import CheckedExperiment


def write_check(checked: CheckedExperiment) -> dict[str, Json]:
    """What a check came to, with the recommendations that are open.

    Source of `eligible_for_segmentation` and `recommendations`: requirement B, "Test 3: Eligibility".
    """
    return {
        **msgspec.json.decode(msgspec.json.encode(checked.eligibility)),
        "checked_at": iso(checked.checked_at),
        "recommendations": [write_recommendation(each) for each in checked.recommendations],
    }


def write_recommendation(recommendation: StoredRecommendation) -> dict[str, Json]:
    """One of them, its times in ISO 8601."""
    return {
        "recommendation_id": recommendation.recommendation_id,
        "experiment_id": recommendation.experiment_id,
        "state": recommendation.state,
        "mode": recommendation.mode,
        "segment_by": [*recommendation.segment_by],
        "evidence": recommendation.evidence,
        "text": dict(recommendation.text),
        "created_at": iso(recommendation.created_at),
        "decided_at": write_instant(recommendation.decided_at),
        "decided_by": recommendation.decided_by,
    }
