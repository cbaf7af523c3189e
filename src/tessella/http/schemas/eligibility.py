"""Whether an experiment should be segmented, and what is recommended."""

from __future__ import annotations

import msgspec

from tessella.domain.experiments.eligibility.finding import FindingNumbers, Texts
from tessella.domain.experiments.eligibility.result import Eligibility
from tessella.domain.experiments.setup.segmentation import SegmentationMode
from tessella.ports.experiments import RecommendationState


class EvidenceShown(msgspec.Struct, frozen=True):
    """What spoke for a recommendation when it was made."""

    #: Units in the 24 hours before.
    traffic: int
    #: What was found of the dimension; null where it is the traffic alone. `text` says the same in a sentence.
    finding: FindingNumbers | None


class SegmentationRecommended(msgspec.Struct, frozen=True):
    """One way to segment an experiment, and what became of it."""

    recommendation_id: str
    experiment_id: str
    state: RecommendationState
    #: What the config becomes when it is accepted.
    mode: SegmentationMode
    segment_by: list[str]
    evidence: EvidenceShown
    #: Why, in one sentence with its numbers, by language: `en` and `es`.
    text: Texts
    created_at: str
    #: When and by which role it was accepted or dismissed; `system` where Tessella applied or superseded it by itself.
    decided_at: str | None
    decided_by: str | None


class SegmentationsRecommended(msgspec.Struct, frozen=True):
    """All of an experiment, the newest first."""

    items: list[SegmentationRecommended]


class EligibilityShown(Eligibility, frozen=True):
    """Whether an experiment should be segmented. Source: requirement B, "Test 3: Eligibility"."""

    checked_at: str
    #: Those that are open, the newest first.
    recommendations: list[SegmentationRecommended]
