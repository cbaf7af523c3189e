"""What is known of players' days, and where players stand."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from tessella.domain.identifiers import GameId, Json, SubjectId
from tessella.domain.taxonomy.game import Game
from tessella.ports.taxonomy import GameRefresh, StoredProfile
from tessella.storage.scope import scope_of, system
from tessella.storage.sessions.base import SessionBase
from tessella.storage.taxonomy import baselines, profiles, refreshes

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Baseline


class PlayersPart(SessionBase):
    """`ports.session.Players` over PostgreSQL."""

    __slots__ = ()

    async def replace_baselines(self, game: Game, as_of_day: int, rows: AsyncIterable[bytes]) -> int:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await baselines.replace(connection, self.caller.namespace, game, as_of_day, rows)

    async def baseline_of(
        self, game_id: GameId, player_id: SubjectId, metrics: tuple[str, ...] = ()
    ) -> Baseline | None:
        self._refuse_another(player_id)
        namespace = self.caller.namespace
        async with self._parts.database.transaction(system(namespace)) as connection:
            found = await baselines.these(connection, namespace, game_id, [player_id], metrics)
        return found.get(player_id)

    async def baselines_of(
        self, game_id: GameId, player_ids: Collection[SubjectId], metrics: tuple[str, ...] = ()
    ) -> Mapping[SubjectId, Baseline]:
        async with self._administering() as connection:
            return await baselines.these(connection, self.caller.namespace, game_id, player_ids, metrics)

    async def stream_baselines(
        self, game_id: GameId, metrics: tuple[str, ...] = ()
    ) -> AsyncIterator[Sequence[Baseline]]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for each in baselines.stream(connection, self.caller.namespace, game_id, metrics):
                yield each

    async def stream_sums(self, game_id: GameId, metrics: tuple[str, ...] = ()) -> AsyncIterator[Sequence[Baseline]]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for each in baselines.stream_sums(connection, self.caller.namespace, game_id, metrics):
                yield each

    async def sample_players(self, game_id: GameId, count: int) -> Sequence[SubjectId]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await baselines.sample(connection, self.caller.namespace, game_id, count)

    async def replace_profiles(self, game_id: GameId, version: int, rows: AsyncIterable[bytes]) -> int:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await profiles.replace(connection, self.caller.namespace, game_id, version, rows)

    async def profile_of(self, game_id: GameId, player_id: SubjectId) -> StoredProfile | None:
        self._refuse_another(player_id)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await profiles.one(connection, self.caller.namespace, game_id, player_id)

    async def game_refresh(self, game_id: GameId) -> GameRefresh | None:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await refreshes.one(connection, self.caller.namespace, game_id)

    async def game_refreshes(self) -> Sequence[GameRefresh]:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await refreshes.all_of(connection, self.caller.namespace)

    async def note_refresh(self, game_id: GameId, version: int, drift: Json, left_out: Mapping[str, int]) -> None:
        async with self._administering() as connection:
            await refreshes.note(connection, self.caller.namespace, game_id, version, drift, left_out)

    async def forget_players(self, keep: Collection[GameId]) -> None:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            await refreshes.forget_players(connection, self.caller.namespace, keep)
