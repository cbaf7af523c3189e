"""A calibrated taxonomy: how metrics are standardised, the axes, the segments on each, and how far all that holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.game import Context, Outcome, Scale


class AxisType(StrEnum):
    """Where an axis comes from."""

    UNIVERSAL = "universal"
    GAME_SPECIFIC = "game_specific"


@dataclass(frozen=True, slots=True)
class Correlation:
    """Pearson's r, -1 to 1, with an interval of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Standard:
    """How metrics are made comparable. A player's position is `(mean of scaled values - location) / deviation`."""

    metrics: tuple[str, ...]
    scales: tuple[Scale, ...]
    #: (metrics,) of the population. A metric that is the same for everybody has deviation 1.
    location: Array
    deviation: Array


@dataclass(frozen=True, slots=True, eq=False)
class SegmentDefinition:
    """One group of players on one axis. `d` is the axis's dimensions."""

    #: Of the game, kept from one calibration to the next by the lineage, never given twice.
    segment_id: int
    name: str
    #: (d,), (d,) and (d, d) in coordinates of the axis.
    center_position: Array
    standard_deviations: Array
    covariance_matrix: Array
    #: (d,) each, drawn to `center_position` where a context has few days.
    contextual_centers: Mapping[Context, Array]
    #: 0 to 1.
    population_share: float
    players: int
    #: None where the game names no such outcome or it cannot be told.
    correlations: Mapping[Outcome, Correlation | None]
    #: Distances of its own players, at evenly spaced quantiles, ascending: what `typicality` is told from.
    distances: Array


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """How many segments an axis has, and what said so."""

    chosen: int
    #: As document C says: the elbow of the sum of squares.
    by_elbow: int
    #: By the gap statistic, before stability is asked.
    by_gap: int
    #: The adjusted Rand index of the chosen number between halves of the players; None for one segment.
    stability: float | None
    reason: str

    @property
    def is_natural(self) -> bool:
        """Whether the segments are groups that are there, and not slices of a continuum."""
        return self.chosen > 1 and self.by_gap > 1


@dataclass(frozen=True, slots=True, eq=False)
class BehavioralAxis:
    """One axis: a plane of behaviour, and the segments on it."""

    axis_name: str
    axis_type: AxisType
    #: The metrics that define it, the weightiest first.
    defining_metrics: tuple[str, ...]
    #: (metrics, d): coordinates are `position @ projection`. For a universal axis it picks metrics.
    projection: Array
    segments: tuple[SegmentDefinition, ...]
    #: The share of players' variance on all metrics of the game that this axis accounts for: 0 to 1.
    variance_explained: float
    #: The share of players' variance on this axis that lies between its segments: 0 for one, to 1.
    separation: float
    count: SegmentCount


@dataclass(frozen=True, slots=True)
class AccuracyCard:
    """How far a taxonomy can be trusted; each 0 to 1, None where there was too little to tell."""

    #: The share of players whose segments are the same when they are told from half of their days.
    self_consistency: float | None
    #: The adjusted Rand index of segments fitted to two halves of the players, the mean of axes.
    split_half: float | None
    #: The same players in the earlier and the later half of the window: the share in the same segment, mean of axes.
    test_retest: float | None
    by_axis: Mapping[str, Mapping[str, float | None]]
    #: How sure memberships are, the mean of players: see `membership`.
    mean_confidence: float
    notes: tuple[str, ...] = ()
    #: `self_consistency` of the axes whose segments are groups that are there. A continuum that was cut because the
    #: game asks for it is left out: near a cut half of the days say one thing and half the other, wherever it is.
    categorization_accuracy: float | None = None


class Change(StrEnum):
    """What became of a segment."""

    KEPT = "kept"
    APPEARED = "appeared"
    VANISHED = "vanished"
    SPLIT = "split"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class LineageStep:
    """What one recalibration did to one segment."""

    axis_name: str
    change: Change
    #: Of the version before; empty for one that appeared.
    before: tuple[int, ...]
    #: Of this version; empty for one that vanished.
    after: tuple[int, ...]
    #: The share of players of `before` who are in `after`, where both are.
    overlap: float | None


@dataclass(frozen=True, slots=True, eq=False)
class GameBehavioralTaxonomy:
    """The calibrated taxonomy of one game. Immutable; a recalibration makes the next version."""

    game_id: GameId
    version: int
    calibrated_at: Instant
    #: The last day that was looked at.
    as_of_day: int
    players: int
    standard: Standard
    axes: tuple[BehavioralAxis, ...]
    #: Of all metrics, by all axes together: 0 to 1; the target is over .70 and the alert is below .65.
    variance_explained: float
    card: AccuracyCard
    lineage: tuple[LineageStep, ...] = ()
    #: The highest segment id that was ever given in this game.
    last_segment_id: int = 0

    @property
    def universal_axes(self) -> tuple[BehavioralAxis, ...]:
        """Those that the game declares."""
        return tuple(each for each in self.axes if each.axis_type is AxisType.UNIVERSAL)

    @property
    def game_specific_axes(self) -> tuple[BehavioralAxis, ...]:
        """Those that were found."""
        return tuple(each for each in self.axes if each.axis_type is AxisType.GAME_SPECIFIC)

    @property
    def total_segments_count(self) -> int:
        """Of all axes."""
        return sum(len(each.segments) for each in self.axes)
