"""What may be said of an experiment."""

from __future__ import annotations

import msgspec

from tessella.domain.experiments.inference.results.said import Bounds, Results
from tessella.domain.experiments.setup.experiment import ExperimentStatus
from tessella.domain.experiments.setup.segmentation import SegmentationMode


class ResultsShown(msgspec.Struct, frozen=True):
    """An experiment as it was last judged."""

    experiment_id: str
    status: ExperimentStatus
    #: When that was; null before the first time.
    made_at: str | None
    #: Why not more is known; empty where nothing is missing.
    note: str
    #: What the verdict means, with the names that it is about; empty before the first report.
    conclusion: str
    #: A figure in it is null as long as it is not known.
    results: Results | None


class SegmentSeenShown(msgspec.Struct, frozen=True):
    """One segment, and what is seen of it so far."""

    segment_key: str
    display_name: str
    #: Units that were assigned, and the share of them that was rewarded so far; null without a unit.
    allocations: int
    conversion_rate: float | None
    #: Where that share lies with 95 % confidence.
    interval: Bounds | None
    #: Whether it has too few units for weights of its own, and is given what is believed of all together.
    is_pooled: bool
    #: Whether nothing is learned by it: the experiment has no segments, and this is only what is observed.
    insight_only: bool


class BestSegmentShown(msgspec.Struct, frozen=True):
    """The segment that gains most by a variant of its own."""

    segment_key: str
    name: str
    #: What a unit of it brings by the first metric: for one that comes or does not, the share that was rewarded.
    conversion_rate: float
    #: As a share of what the best variant for all brings there; null where that is nothing.
    lift: float | None
    lift_status: str
    lift_interval: Bounds | None


class SegmentationMetricsShown(msgspec.Struct, frozen=True):
    """What segments bring. Source: requirement B, "Dashboard Metrics"."""

    mode: SegmentationMode
    segments_count: int
    #: How much more a unit brings with the best variant of its segment than with the best one for all, as a share of
    #: the latter; null as long as it is not known.
    avg_lift: float | None
    #: `not_yet_known`, `unclear`, `better`, `worse` or `same`.
    avg_lift_status: str
    avg_lift_interval: Bounds | None
    best_segment: BestSegmentShown | None
    #: Why not more is known; empty where nothing is missing.
    note: str
