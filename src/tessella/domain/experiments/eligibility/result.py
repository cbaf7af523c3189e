"""What a check of an experiment says: all that was found, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from tessella.domain.experiments.eligibility.finding import Finding, Texts
from tessella.domain.experiments.eligibility.state import WORTH_SEGMENTS, EligibilityState
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.identifiers import ExperimentId

#: From the furthest to the least.
_ORDER: Final = (*WORTH_SEGMENTS, EligibilityState.COLLECTING, EligibilityState.DISMISSED)
_NOTHING: Final = {
    "en": "Nothing is tallied by which the experiment could be segmented.",
    "es": "No se cuenta nada por lo que el experimento pueda segmentarse.",
}


class Eligibility(msgspec.Struct, frozen=True):
    """Whether an experiment should be segmented."""

    experiment_id: ExperimentId
    #: Whether evidence speaks for segments, or traffic where that was declared to be enough.
    eligible_for_segmentation: bool
    #: That of the dimension that is furthest.
    state: EligibilityState
    #: The mode in force, and whether it is switched on by itself.
    mode: SegmentationMode
    auto_activation: bool
    #: Units in the last 24 hours, and from how many on it is switched on by itself.
    traffic: int
    threshold: int
    threshold_reached: bool
    #: Why the state is what it is, by language.
    explanation: Texts
    dimensions: tuple[Finding, ...]


def eligibility(
    experiment_id: ExperimentId, segmentation: Segmentation, traffic: int, findings: Sequence[Finding]
) -> Eligibility:
    """What findings and traffic come to."""
    furthest = min(findings, key=lambda each: _ORDER.index(each.state), default=None)
    state = EligibilityState.COLLECTING if furthest is None else furthest.state
    is_reached = traffic >= segmentation.auto_activation_threshold
    return Eligibility(
        experiment_id=experiment_id,
        eligible_for_segmentation=state in WORTH_SEGMENTS or (is_reached and _by_traffic(segmentation)),
        state=state,
        mode=segmentation.in_force,
        auto_activation=segmentation.auto_activation,
        traffic=traffic,
        threshold=segmentation.auto_activation_threshold,
        threshold_reached=is_reached,
        explanation=_NOTHING if furthest is None else furthest.explanation,
        dimensions=tuple(findings),
    )


def is_of(found: Eligibility, segmentation: Segmentation) -> bool:
    """Whether it was found under these settings."""
    same = eligibility(found.experiment_id, segmentation, found.traffic, found.dimensions)
    return same == found


def _by_traffic(segmentation: Segmentation) -> bool:
    return not segmentation.auto_activation_requires_evidence
