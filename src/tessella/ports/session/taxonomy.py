"""Taxonomies of games, the players in them, and where two systems differ."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from tessella.domain.identifiers import GameId, Instant, Json, SubjectId
from tessella.domain.taxonomy.game import Game
from tessella.ports.taxonomy import (
    Difference,
    GameRefresh,
    PreparedTaxonomy,
    StoredProfile,
    StoredTaxonomy,
    TaxonomyVersion,
)

if TYPE_CHECKING:
    from tessella.domain.taxonomy.anomaly.norms import Norms
    from tessella.domain.taxonomy.baselines import Baseline
    from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy


class Taxonomies(Protocol):
    """The calibrated taxonomies of a namespace. The newest version of a game is the one in force."""

    async def taxonomy(self, game: Game) -> PreparedTaxonomy | None:
        """The one in force, from memory; None before the first. Suspends only when it is not in memory.

        Whatever process stores a version, every other serves it within two seconds. A version that cannot be read
        leaves the one before in place. Raises what is wrong where there is none.
        """
        ...

    async def stored_taxonomy(self, game_id: GameId, version: int | None = None) -> StoredTaxonomy:
        """One version, the newest where none is named. Raises `NotCalibrated` and `NoSuch`."""
        ...

    async def taxonomies(self) -> Sequence[TaxonomyVersion]:
        """The newest version of each game, by id."""
        ...

    async def taxonomy_versions(self, game_id: GameId) -> Sequence[TaxonomyVersion]:
        """Every version of a game, the newest first."""
        ...

    async def store_taxonomy(self, game: Game, taxonomy: GameBehavioralTaxonomy, norms: Norms) -> None:
        """Store the next version and put it in force; norms of older ones are let go.

        Raises `AlreadyCalibrated` where somebody else has stored that version.
        """
        ...

    def calibrating(self, game_id: GameId) -> AbstractAsyncContextManager[bool]:
        """The turn to calibrate or refresh a game, held until it is left; False where somebody else has it."""
        ...


class Players(Protocol):
    """What is known of players' days, and where players stand. Nobody who has opted out is among them."""

    async def replace_baselines(self, game: Game, as_of_day: int, rows: AsyncIterable[bytes]) -> int:
        """Store the baselines of a game in place of all before, in one transaction; returns how many there are.

        CSV without a header: player_id, as_of_day, days, sums, recent; the last two as arrays in PostgreSQL's text
        form. `sums` is (3, contexts, metrics) flattened, `recent` (days, 2 + metrics) with the day, the position of
        its context and the values. A row that is as it was costs no write.
        """
        ...

    async def baseline_of(
        self, game_id: GameId, player_id: SubjectId, metrics: tuple[str, ...] = ()
    ) -> Baseline | None:
        """One player's, its metrics in the order asked for, or in that of the refresh; None of one who is not there.

        A metric that the refresh did not have is one of which nothing is known.
        """
        ...

    async def baselines_of(
        self, game_id: GameId, player_ids: Collection[SubjectId], metrics: tuple[str, ...] = ()
    ) -> Mapping[SubjectId, Baseline]:
        """Those of some thousand players; who is not there is not among them."""
        ...

    def stream_baselines(self, game_id: GameId, metrics: tuple[str, ...] = ()) -> AsyncIterator[Sequence[Baseline]]:
        """Everybody's, some thousand at a time, in any order."""
        ...

    def stream_sums(self, game_id: GameId, metrics: tuple[str, ...] = ()) -> AsyncIterator[Sequence[Baseline]]:
        """The same without the last days, which take most of the time."""
        ...

    async def sample_players(self, game_id: GameId, count: int) -> Sequence[SubjectId]:
        """So many players who have a baseline, chosen by a hash of their ids; all where they are fewer."""
        ...

    async def replace_profiles(self, game_id: GameId, version: int, rows: AsyncIterable[bytes]) -> int:
        """Store profiles by a version of the taxonomy in place of all before; returns how many there are.

        CSV without a header: player_id, days, variance_coverage, confidence, memberships; the last as JSON text, an
        array of objects with the fields of `SegmentMembership`.
        """
        ...

    async def profile_of(self, game_id: GameId, player_id: SubjectId) -> StoredProfile | None:
        """Where a player stood when profiles were last told; None of one who is not there."""
        ...

    async def game_refresh(self, game_id: GameId) -> GameRefresh | None:
        """What the baselines of a game tell of; None before the first."""
        ...

    async def game_refreshes(self) -> Sequence[GameRefresh]:
        """The same of every game, by id."""
        ...

    async def note_refresh(self, game_id: GameId, version: int, drift: Json, left_out: Mapping[str, int]) -> None:
        """Store what a refresh by a version found, when all else is stored."""
        ...

    async def forget_players(self, keep: Collection[GameId]) -> None:
        """Let go of baselines and profiles of all games but these."""
        ...


class Differences(Protocol):
    """Where the system before and this one answered otherwise."""

    async def add_differences(self, found: Sequence[Difference]) -> None:
        """Store some; they are kept for 90 days."""
        ...

    async def differences(self, game_id: GameId, *, since: Instant, limit: int) -> Sequence[Difference]:
        """Those of a game from a moment on, the newest first."""
        ...
