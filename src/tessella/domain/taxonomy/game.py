"""What a team declares of a game: the metrics of a player's day, the axes that they feed, and what days there are."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, Literal

import msgspec

from tessella.domain.identifiers import FeatureName, GameId


class UniversalAxis(StrEnum):
    """The axes that every game may have. Source: requirement C, "Taxonomy Calibration Engine"."""

    MONETIZATION = "monetization"
    ENGAGEMENT = "engagement"
    TEMPORAL = "temporal"
    SOCIAL = "social"


class Context(StrEnum):
    """What sort of day it is. A holiday is that first, whatever its weekday."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


#: The order of contexts in every array that has an axis of them.
CONTEXTS: Final = tuple(Context)

#: The distance delta that scores 1, where a game says nothing else.
THRESHOLDS: Final = {Context.WEEKDAY: 1.0, Context.WEEKEND: 1.25, Context.HOLIDAY: 1.5}


class Scale(StrEnum):
    """How a metric is measured before anything else is done with it."""

    LINEAR = "linear"
    #: log(1 + x), for counts and money: below 0 is refused.
    LOG = "log"


class SegmentRule(StrEnum):
    """What parts the players of an axis."""

    #: Groups that are there. An axis without groups has one segment.
    NATURAL = "natural"
    #: Where there are none, the continuum is cut as document C says, by the elbow, if the cut can be told again.
    ELBOW = "elbow"


class Outcome(StrEnum):
    """What a segment is compared with."""

    LTV = "ltv"
    CHURN = "churn"
    SUPPORT = "support"


class AnomalyMethod(StrEnum):
    """What decides whether a day is an anomaly. Every answer carries both."""

    DISTANCE_DELTA = "distance_delta"
    DISPLACEMENT = "displacement"


class Strategy(StrEnum):
    """Who is answered by the unified system instead of the legacy one. Source: requirement C, "Integration Adapter"."""

    PARALLEL_ONLY = "parallel_only"
    SHADOW_MODE = "shadow_mode"
    GRADUAL_ROLLOUT = "gradual_rollout"
    FULL_ROLLOUT = "full_rollout"


class DayMetric(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One number about a player's day. A day without events of the player is no day: it has no metrics."""

    #: From events: a feature kind over the events of the day, `hour`, or `gap`. None: a column of rows of days.
    kind: dict[str, Any] | None = None
    #: From rows of days: the column that holds it; empty for the one that is called as the metric is.
    column: str = ""
    scale: Scale = Scale.LINEAR
    unit: str = ""
    description: str = ""


class DayRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a game's days lie when they are not made from events: one row for a player and a day."""

    #: DuckDB: a folder, a file or a URL of Parquet or CSV. PostgreSQL and Spark: where to connect, without a password.
    location: str
    player: str = "player_id"
    #: The column of the day: a date, or text as 2026-11-22.
    day: str = "day"
    engine: Literal["duckdb", "postgresql", "spark"] = "duckdb"
    #: PostgreSQL and Spark: the view.
    view: str = ""


class Anomalies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How anomalies of a game are told."""

    method: AnomalyMethod = AnomalyMethod.DISPLACEMENT
    #: The share of ordinary days that `displacement` flags on an axis: over 0 to 0.2.
    alpha: float = 0.01
    #: The distance delta that scores 1, by context.
    thresholds: dict[Context, float] = msgspec.field(default_factory=lambda: dict(THRESHOLDS))
    #: How much an axis counts, by name; 1 where it is not named. Over 1 flags sooner.
    sensitivity: dict[str, float] = {}
    #: An anomaly on one of these is one overall.
    critical_axes: tuple[str, ...] = (UniversalAxis.MONETIZATION,)


class Legacy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The system that answered before."""

    #: Its base: {player_id, game_id} is posted to `url`/categorize and `url`/anomalies/detect. Empty where a callable
    #: is handed over in Python.
    url: str = ""
    #: Its segments' names, and what they are called here; one that is not named is called alike.
    names: dict[str, str] = {}
    timeout_ms: int = 500


class Rollout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How far the migration from a legacy system is."""

    strategy: Strategy = Strategy.FULL_ROLLOUT
    legacy: Legacy | None = None


class Game(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The declaration of one game, as it is written in JSON, YAML and the database."""

    game_id: GameId
    #: By name; at most 40.
    metrics: dict[str, DayMetric]
    #: Which metrics feed which universal axis: 2 to 5 each. A metric of no axis may give axes of the game's own.
    axes: dict[UniversalAxis, tuple[str, ...]]
    name: str = ""
    description: str = ""
    #: IANA; a day begins at midnight there, and holidays are days there.
    timezone: str = "UTC"
    #: As 2026-12-25, or 12-25 for every year.
    holidays: tuple[str, ...] = ()
    weekend: tuple[str, ...] = ("saturday", "sunday")
    #: None: days are made from the events of the namespace.
    days: DayRows | None = None
    #: The features that say what became of a player.
    outcomes: dict[Outcome, FeatureName] = {}
    #: Days before the moment of a calibration that it looks at.
    window_days: int = 182
    #: A taxonomy older than this is calibrated anew when it is asked for.
    fresh_days: int = 30
    segments: SegmentRule = SegmentRule.NATURAL
    anomalies: Anomalies = Anomalies()
    rollout: Rollout = Rollout()

    @property
    def metric_names(self) -> tuple[str, ...]:
        """The order of metrics in every array that has an axis of them."""
        return tuple(self.metrics)
