"""Taxonomies and players, as use cases store, serve and read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tessella.domain.identifiers import GameId, Instant, Json, SubjectId
from tessella.domain.taxonomy.game import Game

if TYPE_CHECKING:
    from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
    from tessella.domain.taxonomy.membership.space import Space
    from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy


@dataclass(frozen=True, slots=True)
class PreparedTaxonomy:
    """A taxonomy in memory, ready to answer for one player in microseconds."""

    game: Game
    taxonomy: GameBehavioralTaxonomy
    #: What memberships are told by.
    space: Space
    #: What anomalies are told by.
    yardstick: Yardstick


@dataclass(frozen=True, slots=True)
class TaxonomyVersion:
    """What a list tells of a version."""

    game_id: GameId
    version: int
    calibrated_at: Instant
    #: A digest of what the game declared, see `domain.taxonomy.declared`.
    declared: str
    players: int
    variance_explained: float


@dataclass(frozen=True, slots=True)
class StoredTaxonomy:
    """A version as it is stored."""

    about: TaxonomyVersion
    taxonomy: GameBehavioralTaxonomy


@dataclass(frozen=True, slots=True)
class GameRefresh:
    """What players' baselines tell of, and which profiles are stored."""

    game_id: GameId
    #: The last day that was looked at, in days since 1970-01-01 in the game's zone.
    as_of_day: int
    metrics: tuple[str, ...]
    #: See `TaxonomyVersion`.
    declared: str
    players: int
    refreshed_at: Instant
    #: The version that profiles are by; None before the first.
    profiles_version: int | None = None
    profiled_at: Instant | None = None
    #: The version that everything is by: profiles, facts and drift; another one where a refresh has broken off.
    told_version: int | None = None
    #: Of the profiles, the mean; None where there are none.
    mean_confidence: float | None = None
    #: None where nobody looked.
    drift: Json = None
    #: What was dropped of the days, by reason.
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """Where a player stood when profiles were last told."""

    player_id: SubjectId
    game_id: GameId
    version: int
    days: int
    variance_coverage: float
    confidence: float
    #: Objects with the fields of `SegmentMembership`, the strongest first.
    memberships: Sequence[Mapping[str, Json]]
    updated_at: Instant


@dataclass(frozen=True, slots=True)
class Difference:
    """A player whom the system before and this one answered otherwise."""

    game_id: GameId
    #: A pseudonym: nothing here tells who it is.
    player: str
    at: Instant
    #: What was compared, such as `profile` or `anomalies`.
    asked: str
    strategy: str
    #: Which of the two was told.
    answered: str
    #: 0 to 1; None where one of the two gave no answer.
    similarity: float | None
    #: What differs, and why.
    causes: Sequence[Json]
