"""A calibrated taxonomy on the wire, under the names of requirement C's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec

from tessella.domain.taxonomy.taxonomy import AxisType, LineageStep
from tessella.http.schemas.audiences import Count

GameText = Annotated[str, msgspec.Meta(min_length=1, max_length=100, description="A game that is declared.")]
#: By defining metric of the axis, in standard deviations of the population. On an axis of the game's own it is what the
#: universal axes do not tell of the metric.
Place = Mapping[str, float]


class CalibrateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The game to find axes and segments of."""

    game_id: GameText
    #: Also where the last taxonomy is fresh.
    force_recalibration: bool = False


class CorrelationShown(msgspec.Struct, frozen=True):
    """How being in a segment goes with an outcome, with a 95 % interval."""

    value: float
    low: float
    high: float


class TaxonomySegmentShown(msgspec.Struct, frozen=True):
    """One group of players on one axis."""

    segment_id: int
    segment_name: str
    #: From the population's mean.
    center_position: Place
    standard_deviations: Place
    #: In the order of the axis's defining metrics.
    covariance_matrix: Sequence[Sequence[float]]
    #: By weekday, weekend and holiday.
    contextual_centers: Mapping[str, Place]
    #: 0 to 100; null where too few are in it to be told.
    population_percentage: float | None
    players: Count
    #: Null where the game names no such outcome, or it cannot be told.
    ltv_correlation: CorrelationShown | None
    churn_correlation: CorrelationShown | None
    support_risk_correlation: CorrelationShown | None


class SegmentsChosen(msgspec.Struct, frozen=True):
    """How many segments an axis has, and what said so."""

    chosen: int
    #: By the elbow of the sum of squares; and by the gap statistic, before it is asked whether they are stable.
    by_elbow: int
    by_gap: int
    #: The adjusted Rand index of segments found in two halves of the players; null for one segment.
    stability: float | None
    reason: str


class TaxonomyAxisShown(msgspec.Struct, frozen=True):
    """One axis of behaviour, and the segments on it, the largest first."""

    axis_name: str
    axis_type: AxisType
    #: The weightiest first; positions on it are told of each, in this order.
    defining_metrics: Sequence[str]
    segment_count: int
    #: The share of the variance of all the game's metrics that it accounts for by itself: 0 to 1.
    variance_explained: float
    #: Of players' variance on it, the share that lies between its segments: 0 to 1, 0 of one segment.
    separation: float
    #: How many segments were chosen, by what, and what else would have said.
    count: SegmentsChosen
    segments: Sequence[TaxonomySegmentShown]


class TaxonomyShown(msgspec.Struct, frozen=True):
    """The axes and segments of a game."""

    game_id: str
    version: int
    last_calibrated: str
    #: The last day that was looked at, and the players who had one.
    as_of: str
    players: Count
    universal_axes: Sequence[TaxonomyAxisShown]
    game_specific_axes: Sequence[TaxonomyAxisShown]
    total_axes_count: int
    total_segments_count: int
    #: The share of the variance of all the game's metrics that its axes account for together, 0 to 1. The target is
    #: over 0.70, and below 0.65 there is an alert.
    variance_explained: float


class TaxonomyVersionShown(msgspec.Struct, frozen=True):
    """One calibration of a game."""

    version: int
    last_calibrated: str
    #: That it was calibrated on.
    players: Count
    variance_explained: float


class GameRefreshShown(msgspec.Struct, frozen=True):
    """What was found when the days of a game's players were read last."""

    refreshed_at: str
    #: The last day of all, and the players who have one.
    as_of: str
    players: Count
    #: Of their profiles, the mean; null where they have none yet.
    average_confidence: float | None
    #: What was dropped of the days, by reason.
    left_out: Mapping[str, Count]


class TaxonomyListed(msgspec.Struct, frozen=True):
    """A game, the taxonomy in force, and the last refresh; null where there was none."""

    game_id: str
    name: str
    taxonomy: TaxonomyVersionShown | None
    refresh: GameRefreshShown | None


class TaxonomiesShown(msgspec.Struct, frozen=True):
    """Every game that is declared."""

    items: Sequence[TaxonomyListed]


class TaxonomyVersionsShown(msgspec.Struct, frozen=True):
    """The calibrations of a game, the newest first."""

    game_id: str
    items: Sequence[TaxonomyVersionShown]


class FigureShown(msgspec.Struct, frozen=True):
    """A figure that is watched; null where there was too little to tell it."""

    value: float | None
    #: What is hoped for, and from where on there is an alert.
    target: float
    alert: float


class TaxonomyCardShown(msgspec.Struct, frozen=True):
    """How far a taxonomy can be trusted; each figure 0 to 1, null where there was too little to tell."""

    game_id: str
    version: int
    last_calibrated: str
    #: `self_consistency` of the axes with groups of their own; null where every axis is one segment, or was cut though
    #: there are no groups.
    categorization_accuracy: FigureShown
    variance_explained: FigureShown
    average_confidence: FigureShown
    #: The share of players whose segment is the same when it is told from half of their days, the mean of axes.
    self_consistency: float | None
    #: The adjusted Rand index of segments fitted to two halves of the players, the mean of axes.
    split_half: float | None
    #: The share of players in the same segment in the earlier and the later half of the window, the mean of axes.
    test_retest: float | None
    by_axis: Mapping[str, Mapping[str, float | None]]
    notes: Sequence[str]


class TaxonomyLineageShown(msgspec.Struct, frozen=True):
    """What a recalibration did to the segments of the version before; no steps of the first one."""

    game_id: str
    version: int
    last_calibrated: str
    steps: Sequence[LineageStep]


class TaxonomyDriftShown(msgspec.Struct, frozen=True):
    """How far players are from those whom the taxonomy was calibrated on, when they were last looked at."""

    game_id: str
    taxonomy: TaxonomyVersionShown
    refresh: GameRefreshShown | None
    #: Level, notes, and by axis the stability index, segments' shares then and now, and how metrics have moved; null
    #: where nobody has looked.
    drift: Any
