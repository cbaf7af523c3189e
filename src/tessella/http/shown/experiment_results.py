"""How results of experiments are shown."""

from __future__ import annotations

from tessella.domain.experiments.inference.results.said import Bounds
from tessella.domain.experiments.segmentation.seen import SegmentSeen
from tessella.domain.features.instants import write_instant
from tessella.http.schemas.experiment_results import (
    BestSegmentShown,
    ResultsShown,
    SegmentationMetricsShown,
    SegmentSeenShown,
)
from tessella.usecases.experiments.results.results import BestSegmentNamed, ExperimentResults, SegmentationMetrics


def results_shown(found: ExperimentResults) -> ResultsShown:
    """All that may be said."""
    experiment, made_at = found.experiment, write_instant(found.made_at)
    return ResultsShown(
        experiment.experiment_id, experiment.status, made_at, found.note, found.conclusion, found.results
    )


def segments_shown(found: ExperimentResults) -> list[SegmentSeenShown]:
    """What is seen of segments, the largest first."""
    return [_segment(each, insight_only=not found.is_segmented) for each in found.segments()]


def metrics_shown(found: SegmentationMetrics) -> SegmentationMetricsShown:
    """What segments bring."""
    best = None if found.best_segment is None else _best(found.best_segment)
    lift = found.lift
    return SegmentationMetricsShown(
        found.mode, found.segments_count, lift.share, lift.told, lift.share_interval, best, found.note
    )


def _segment(seen: SegmentSeen, *, insight_only: bool) -> SegmentSeenShown:
    interval = None if seen.interval is None else Bounds(seen.interval.low, seen.interval.high)
    return SegmentSeenShown(
        seen.segment_key, seen.display_name, seen.allocations, seen.conversion_rate, interval, seen.is_pooled,
        insight_only,
    )  # fmt: skip


def _best(best: BestSegmentNamed) -> BestSegmentShown:
    lift = best.lift
    return BestSegmentShown(
        best.segment_key, best.name, best.conversion_rate, lift.share, lift.told, lift.share_interval
    )
