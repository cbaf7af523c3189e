"""Whether a player's last days are unlike the player: on each axis and overall, by both methods."""

from __future__ import annotations

import msgspec

from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.game import AnomalyMethod, Context


class Moved(msgspec.Struct, frozen=True):
    """A metric that moved, in its own unit."""

    metric: str
    #: What the days show, and the player's own normal in this context; on an axis that was found, what it would be on a
    #: day that is else like this one.
    value: float
    normal: float
    #: What is usual in the player's segment in this context.
    segment_normal: float
    #: Standard deviations of the player's own days; negative is below.
    deviations: float
    unit: str = ""


class Displacement(msgspec.Struct, frozen=True):
    """How far the days lie from the player's own shrunken contextual mean."""

    #: Conformal within the context: the share of ordinary days at least as far. Over 0 to 1.
    p_value: float
    #: min(1, 0.7 ln p / ln alpha): 0.7 is where p is alpha.
    score: float
    is_anomalous: bool


class AxisAnomaly(msgspec.Struct, frozen=True):
    """One axis. `distance_delta`, `anomaly_score`, `is_anomalous` are document C's."""

    axis_name: str
    segment_id: int
    segment_name: str
    current_distance: float
    typical_distance: float
    #: current - typical.
    distance_delta: float
    threshold: float
    #: min(1, |delta| / threshold).
    anomaly_score: float
    #: Whether the score is over 0.7.
    is_anomalous: bool
    is_critical: bool
    displacement: Displacement
    #: The weightiest first.
    moved: tuple[Moved, ...]
    #: What happened, against whose normal.
    reason: str


class AnomalyDetection(msgspec.Struct, frozen=True):
    """One player's last day, or last days, beside what is normal for that player."""

    player_id: SubjectId
    game_id: GameId
    taxonomy_version: int
    #: The one that alerts, and that `taxonomy.GAME.anomaly` holds the score of.
    method: AnomalyMethod
    #: The days judged, since 1970-01-01, and the context of the last.
    days: tuple[int, ...]
    context: Context | None
    axes: tuple[AxisAnomaly, ...]
    #: By document C's method.
    overall_score: float
    is_anomalous: bool
    displacement: Displacement
    #: 0 to 1, by how many days are known of the player in this context.
    confidence: float
    warnings: tuple[str, ...] = ()

    @property
    def alerts(self) -> bool:
        """Whether the method in force flags it."""
        if self.method is AnomalyMethod.DISPLACEMENT:
            return self.displacement.is_anomalous
        return self.is_anomalous
