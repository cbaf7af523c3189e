"""A calibrated taxonomy on the wire, under the names of requirement C's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from tessella.domain.identifiers import Json
from tessella.domain.taxonomy.taxonomy import AxisType, LineageStep, SegmentCount

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
    #: 0 to 100.
    population_percentage: float
    players: int
    #: Null where the game names no such outcome, or it cannot be told.
    ltv_correlation: CorrelationShown | None
    churn_correlation: CorrelationShown | None
    support_risk_correlation: CorrelationShown | None


class TaxonomyAxisShown(msgspec.Struct, frozen=True):
    """One axis of behaviour, and the segments on it, the largest first."""

    axis_name: str
    axis_type: AxisType
    #: The weightiest first; positions on it are told of each, in this order.
    defining_metrics: Sequence[str]
    segment_count: int
    #: Of players' variance on it, the share that lies between its segments: 0 to 1.
    variance_explained: float
    #: How many segments were chosen, by what, and what else would have said.
    count: SegmentCount
    segments: Sequence[TaxonomySegmentShown]


class TaxonomyShown(msgspec.Struct, frozen=True):
    """The axes and segments of a game."""

    game_id: str
    version: int
    last_calibrated: str
    #: The last day that was looked at, and the players who had one.
    as_of: str
    players: int
    universal_axes: Sequence[TaxonomyAxisShown]
    game_specific_axes: Sequence[TaxonomyAxisShown]
    total_axes_count: int
    total_segments_count: int
    #: 0 to 1: the target is over 0.70, and below 0.65 there is an alert.
    variance_explained: float


class TaxonomyListed(msgspec.Struct, frozen=True):
    """A game, and the taxonomy that holds; nulls where it was never calibrated."""

    game_id: str
    name: str
    version: int | None
    last_calibrated: str | None
    players: int | None
    total_axes_count: int | None
    total_segments_count: int | None
    variance_explained: float | None


class TaxonomiesShown(msgspec.Struct, frozen=True):
    """Every game that is declared."""

    items: Sequence[TaxonomyListed]


class TaxonomyVersionShown(msgspec.Struct, frozen=True):
    """One calibration of a game."""

    version: int
    last_calibrated: str
    players: int
    total_axes_count: int
    total_segments_count: int
    variance_explained: float


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
    #: The share of players whose best segments are the same when they are told from half of their days.
    categorization_accuracy: FigureShown
    variance_explained: FigureShown
    average_confidence: FigureShown
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
    version: int
    #: When they were looked at; null where they were not yet.
    made_at: str | None
    drift: Json
    #: Why there is no drift to tell; empty where there is.
    note: str
