"""Where players stand in a taxonomy, and which of their days are unlike them, on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec

from tessella.domain.identifiers import SUBJECT_MAX_LENGTH
from tessella.domain.taxonomy.anomaly.windows import MOST_DAYS
from tessella.domain.taxonomy.detection import AxisAnomaly, Displacement
from tessella.domain.taxonomy.game import AnomalyMethod, Context
from tessella.domain.taxonomy.profile import SegmentMembership
from tessella.domain.taxonomy.rollout.strategy import System
from tessella.http.schemas.audiences import Count
from tessella.http.schemas.problem import Fault
from tessella.http.schemas.taxonomy import GameText

#: The most players of one batch.
MOST_PLAYERS: Final = 100_000

PlayerText = Annotated[
    str, msgspec.Meta(min_length=1, max_length=SUBJECT_MAX_LENGTH, description="A subject, as you name them.")
]


class CategorizeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose segments to tell, in which game."""

    player_id: PlayerText
    game_id: GameText
    #: Whether the unified system answers, whatever the game's rollout.
    force_unified: bool = False


class BehavioralProfileShown(msgspec.Struct, frozen=True):
    """Where one player stands: at most 7 memberships, each axis's best first, then by strength."""

    player_id: str
    game_id: str
    taxonomy_version: int
    #: The last day that was looked at; and how many days of the player.
    as_of: str
    days: int
    memberships: Sequence[SegmentMembership]
    #: How much of the player's distance from the mean of all these segments account for: 0 to 1.
    variance_coverage: float
    confidence: float
    #: What makes the answer say less than it seems to.
    warnings: Sequence[str]
    #: Of the two systems of a migration; and why by that one, where one player was asked for.
    answered_by: System = System.UNIFIED
    reason: str = ""


class KeptProfileShown(msgspec.Struct, frozen=True):
    """Where one player stood when profiles were last told."""

    player_id: str
    game_id: str
    taxonomy_version: int
    days: int
    #: Each with the fields of a membership that is told anew.
    memberships: Sequence[Mapping[str, Any]]
    variance_coverage: float
    confidence: float
    last_updated: str


class CategorizeBatchBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to 100,000 players of one game."""

    game_id: GameText
    player_ids: Annotated[list[PlayerText], msgspec.Meta(min_length=1, max_length=MOST_PLAYERS)]


class BehavioralProfilesShown(msgspec.Struct, frozen=True):
    """The profiles, in the order asked for, and what is wrong with the other players."""

    game_id: str
    profiles: Sequence[BehavioralProfileShown]
    #: Each points at its player.
    rejected: Sequence[Fault]


class DetectBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose last days to judge, in which game."""

    player_id: PlayerText
    game_id: GameText
    #: What decides whether it alerts; the game's when it is absent. Every answer carries both.
    method: AnomalyMethod | None = None
    #: How many of the player's last days, together.
    days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)] = 1
    #: As for a profile.
    force_unified: bool = False


class DetectionShown(msgspec.Struct, frozen=True):
    """One player's last days beside what is normal for that player."""

    player_id: str
    game_id: str
    taxonomy_version: int
    method: AnomalyMethod
    #: Whether `method` flags these days.
    alerts: bool
    #: The days judged; and what sort of day the last one is.
    days: Sequence[str]
    context: Context | None
    #: Of all axes, as document C combines them: over 0.7 is an anomaly.
    overall_score: float
    is_anomalous: bool
    #: Of all axes, by the player's own contextual mean.
    displacement: Displacement
    #: 0 to 1, by how many days are known of the player in this context.
    confidence: float
    axes: Sequence[AxisAnomaly]
    warnings: Sequence[str]
    #: As in a profile.
    answered_by: System = System.UNIFIED
    reason: str = ""


class UnusualPlayersShown(msgspec.Struct, frozen=True):
    """The players whose last day is most unlike them, by the method of the game."""

    game_id: str
    #: The players whose last days were judged; and how many of those the method flags.
    looked_at: Count
    flagged: Count
    #: The most unusual first, flagged or not.
    items: Sequence[DetectionShown]
