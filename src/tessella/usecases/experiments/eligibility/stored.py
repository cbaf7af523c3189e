"""Recommendations as they are stored, and as the domain speaks of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tessella.domain.experiments.eligibility.activation import Choice
from tessella.domain.experiments.eligibility.finding import Finding, FindingNumbers
from tessella.domain.experiments.eligibility.proposing import Proposal, Said
from tessella.domain.experiments.setup.segmentation import SegmentationMode
from tessella.domain.typed import convert
from tessella.ports.experiments import Proposed, RecommendationState, StoredRecommendation

_DECIDED = (RecommendationState.ACCEPTED, RecommendationState.APPLIED, RecommendationState.DISMISSED)
_BY_TRAFFIC = {
    "en": "Traffic alone speaks for it: {traffic} units in the last 24 hours.",
    "es": "Solo habla a su favor el tráfico: {traffic} unidades en las últimas 24 horas.",
}


def proposed(proposal: Proposal, traffic: int) -> Proposed:
    """A proposal as it is stored; `traffic` is units a day."""
    choice, found = proposal.choice, proposal.finding
    evidence: dict[str, Any] = {"traffic": traffic, "finding": None if found is None else _numbers(found)}
    text = found.explanation if found is not None else {
        language: text.format(traffic=traffic) for language, text in _BY_TRAFFIC.items()
    }  # fmt: skip
    return Proposed(choice.mode, choice.segment_by, evidence, text)


def said(recommendations: Sequence[StoredRecommendation]) -> list[Said]:
    """What was recommended before."""
    return [_said(each) for each in recommendations]


def choice_of(recommendation: StoredRecommendation) -> Choice:
    """What it recommends."""
    return Choice(SegmentationMode(recommendation.mode), tuple(recommendation.segment_by))


def finding_of(recommendation: StoredRecommendation) -> Finding | None:
    """What spoke for it; None where it was the traffic alone."""
    evidence = recommendation.evidence
    found = evidence.get("finding") if isinstance(evidence, Mapping) else None
    if not isinstance(found, Mapping):
        return None
    return convert({**found, "explanation": recommendation.text}, Finding)


def _numbers(finding: FindingNumbers) -> dict[str, Any]:
    """Without the sentence: that is the recommendation's text."""
    written: dict[str, Any] = msgspec.to_builtins(finding)
    return {name: written[name] for name in FindingNumbers.__struct_fields__}


def _said(recommendation: StoredRecommendation) -> Said:
    found = finding_of(recommendation)
    return Said(
        recommendation_id=recommendation.recommendation_id,
        choice=choice_of(recommendation),
        state=None if found is None else found.state,
        bayes_factor=1.0 if found is None else found.evidence,
        is_open=recommendation.state is RecommendationState.OPEN,
        was_decided=recommendation.state in _DECIDED,
    )
