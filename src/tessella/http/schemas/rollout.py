"""Migrations from legacy systems on the wire: answers of either, steps, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from tessella.domain.taxonomy.game import Strategy
from tessella.domain.taxonomy.rollout.answers import ToldMembership
from tessella.domain.taxonomy.rollout.strategy import System

#: The most players of one comparison: both systems are asked about each of them, twice.
MOST_COMPARED = 1_000


class LegacyProfileShown(msgspec.Struct, frozen=True):
    """Where one player stands, by the legacy system: a profile, in which what that system does not tell is null."""

    player_id: str
    game_id: str
    answered_by: System
    #: Why by that one.
    reason: str
    memberships: Sequence[ToldMembership]
    taxonomy_version: int | None
    variance_coverage: float | None
    confidence: float | None


class LegacyDetectionShown(msgspec.Struct, frozen=True):
    """Whether a player's last days are anomalies, by the legacy system."""

    player_id: str
    game_id: str
    answered_by: System
    reason: str
    alerts: bool
    overall_score: float
    is_anomalous: bool


class RolloutBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the migration is to go."""

    strategy: Strategy


class RolloutShown(msgspec.Struct, frozen=True):
    """How far it is, and the snapshot version from which on."""

    game_id: str
    strategy: Strategy
    #: The share of players whom the unified system answers; and of those for whom both are asked.
    answered_share: float
    compared_share: float
    snapshot_version: int


class ValidateMigrationBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many players to ask both systems about."""

    players: Annotated[int, msgspec.Meta(ge=1, le=MOST_COMPARED)] = 200


class SeenShare(msgspec.Struct, frozen=True):
    """A share with a 95 % interval; null of nobody."""

    share: float | None
    low: float
    high: float


class CauseCount(msgspec.Struct, frozen=True):
    """How many players a cause was found of."""

    cause: str
    players: int


class DifferentPlayer(msgspec.Struct, frozen=True):
    """A player, by pseudonym, whose profiles differ."""

    player: str
    similarity: float | None
    #: What differs: kind, axis, and what either system says.
    causes: Sequence[Any]


class ValidationShown(msgspec.Struct, frozen=True):
    """Whether the migration holds, and a report to be signed."""

    game_id: str
    taxonomy_version: int | None
    made_at: str
    holds: bool
    #: Why it does not.
    reasons: Sequence[str]
    players: int
    compared: int
    #: 0 to 1; over 0.9 is needed.
    mean_similarity: float | None
    #: Players of similarity 0.9 or more, of those compared.
    equivalent: SeenShare
    #: Players whose anomalies agree; 0.9 is needed. `kappa` is agreement beyond chance.
    anomaly_agreement: SeenShare
    kappa: float | None
    causes: Sequence[CauseCount]
    different: Sequence[DifferentPlayer]
    #: Markdown.
    report: str


class MigrationDifference(msgspec.Struct, frozen=True):
    """A request that both systems answered otherwise."""

    at: str
    #: A pseudonym.
    player: str
    #: `profile` or `anomalies`.
    asked: str
    strategy: str
    answered_by: str
    similarity: float | None
    causes: Sequence[Any]


class MigrationDifferences(msgspec.Struct, frozen=True):
    """The newest first."""

    game_id: str
    differences: Sequence[MigrationDifference]
