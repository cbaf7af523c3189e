"""When segments are switched on without anybody's doing, and which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from tessella.domain.experiments.eligibility.finding import Finding
from tessella.domain.experiments.eligibility.state import WORTH_SEGMENTS
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode

#: From so many units a day on, clusters are used where any were found.
CLUSTERS_FROM: Final = 10_000
#: What the keys of clusters begin with: how a finding names them.
CLUSTER: Final = ("cluster",)
#: What most traffic differs by.
USUAL: Final = ("source",)


@dataclass(frozen=True, slots=True)
class Choice:
    """What an experiment is to be segmented by."""

    mode: SegmentationMode
    segment_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What the choice depends on."""

    segmentation: Segmentation
    #: Units a day.
    traffic: int
    has_clusters: bool
    #: What was found of each dimension.
    findings: Sequence[Finding]


def is_reached(segmentation: Segmentation, traffic: int) -> bool:
    """Whether it is to be switched on by itself, is off, and its traffic is enough."""
    is_off = segmentation.in_force is SegmentationMode.DISABLED
    return segmentation.auto_activation and is_off and traffic >= segmentation.auto_activation_threshold


def activation(situation: Situation) -> Choice | None:
    """What is to be switched on now; None: nothing.

    What was set beforehand wins over what is recommended, and clusters over a dimension where there are many units.
    """
    segmentation, best = situation.segmentation, best_of(situation.findings)
    if not is_reached(segmentation, situation.traffic):
        return None
    if best is None and segmentation.auto_activation_requires_evidence:
        return None
    return (
        _preset(segmentation)
        or _clusters(situation)
        or Choice(SegmentationMode.MANUAL, _dimension(best, situation.findings))
    )


def best_of(findings: Sequence[Finding]) -> Finding | None:
    """The one that is the surest, and of equally sure ones brings most; None where none is worth segments."""
    worth = [each for each in findings if each.state in WORTH_SEGMENTS]
    return max(worth, key=_rank, default=None)


def applied(segmentation: Segmentation, choice: Choice) -> Segmentation:
    """How an experiment is segmented once the choice holds."""
    is_auto = choice.mode is SegmentationMode.AUTO
    return msgspec.structs.replace(
        segmentation, enabled=True, mode=choice.mode, segment_by=choice.segment_by or segmentation.segment_by,
        auto_clustering_enabled=is_auto or segmentation.auto_clustering_enabled,
    )  # fmt: skip


def _preset(segmentation: Segmentation) -> Choice | None:
    if segmentation.mode is not SegmentationMode.DISABLED:
        return Choice(segmentation.mode, segmentation.segment_by)
    return Choice(SegmentationMode.MANUAL, segmentation.segment_by) if segmentation.segment_by else None


def _clusters(situation: Situation) -> Choice | None:
    is_large = situation.traffic >= CLUSTERS_FROM
    return Choice(SegmentationMode.AUTO) if is_large and situation.has_clusters else None


def _dimension(best: Finding | None, findings: Sequence[Finding]) -> tuple[str, ...]:
    if best is not None:
        return best.segment_by
    most = max(findings, key=lambda each: (each.thick_segments, each.segment_by == USUAL), default=None)
    return most.segment_by if most is not None and most.thick_segments else USUAL


def _rank(finding: Finding) -> tuple[int, float, float]:
    lift = finding.lift.value if finding.lift is not None else 0.0
    return -WORTH_SEGMENTS.index(finding.state), lift, finding.evidence
