"""Rankings that are kept, and what they are made from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from tessella.domain.definitions.prepared_scopes import prepared_scope
from tessella.domain.features.schema import Feature
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import FeatureName, ScopeId, SubjectId
from tessella.domain.personalization.candidates import Candidates
from tessella.domain.personalization.rule_v1.ranker import ScopeRanker
from tessella.ports.personalization import Installed, KeptRanking, StoredRanking
from tessella.storage.errors import DatabaseAway
from tessella.storage.personalization import facts, ranks
from tessella.storage.personalization.candidates import carrying
from tessella.storage.personalization.loaded import Asked, KnownCandidates, KnownRanker
from tessella.storage.scope import scope_of, system
from tessella.storage.sessions.base import SessionBase

#: About so much memory is held by a ranking that waits.
_ROW_BYTES: Final = 2_000
_ITEM_BYTES: Final = 100
_NOW: Final = "SELECT pg_current_snapshot()::text"


class RanksPart(SessionBase):
    """`ports.session.Ranks` over memory, the writer and PostgreSQL."""

    __slots__ = ()

    async def kept_ranking(self, user_id: SubjectId, scope: ScopeId) -> KeptRanking:
        self._refuse_another(user_id)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await ranks.kept_ranking(connection, self.caller.namespace, user_id, scope)

    async def keep_scope_ranking(self, ranking: StoredRanking) -> None:
        self._parts.database.presence.refuse_while_away()
        size = _ROW_BYTES + _ITEM_BYTES * len(ranking.placed.order.item_ids)
        await self._parts.writer.write(system(self.caller.namespace), ranks.KEEP_RANKINGS, [ranking], size=size)

    async def keep_rankings(self, rankings: Sequence[StoredRanking]) -> int:
        async with self._administering() as connection:
            return await ranks.keep(connection, self.caller.namespace, rankings)

    async def facts_for_rankings(
        self, user_ids: Sequence[SubjectId], features: Collection[FeatureName]
    ) -> Mapping[SubjectId, Facts]:
        async with self._administering() as connection:
            return await facts.these(connection, self.caller.namespace, self.snapshot().schema, user_ids, features)

    async def rationale_of(self, user_id: SubjectId, scope: ScopeId) -> Mapping[str, Sequence[str]]:
        async with self._administering() as connection:
            return await ranks.rationale(connection, self.caller.namespace, user_id, scope)

    async def ranker(self, scope: ScopeId) -> ScopeRanker:
        loaded, snapshot = self._loaded.personalization, self.snapshot()
        known = loaded.rankers.get(scope)
        if known is None or known.snapshot is not snapshot:
            known = loaded.rankers[scope] = KnownRanker(snapshot, prepared_scope(snapshot.definitions, scope))
        found = await self.candidates(scope, known.prepared.item_features)
        return known.over(found, self._parts.installed.most_items)

    def installed(self) -> Installed:
        return self._parts.installed

    async def candidates(self, scope: ScopeId, features: tuple[Feature, ...]) -> Candidates:
        loaded = self._loaded.personalization
        if (known := loaded.known((scope, features))) is not None:
            return known
        async with loaded.lock:
            if (known := loaded.known((scope, features))) is not None:
                return known
            return await self._read_candidates((scope, features))

    async def _read_candidates(self, asked: Asked) -> Candidates:
        """While the database is away, the last that was known."""
        loaded, trust = self._loaded.personalization, self._loaded.personalization.trust
        try:
            async with self._parts.database.loading(system(self.caller.namespace)) as connection:
                horizon = await connection.execute(_NOW)
                found = await carrying(connection, self.caller.namespace, *asked)
                [(seen,)] = await horizon.fetchall()
        except DatabaseAway:
            if (last := loaded.stale(asked)) is None:
                raise
            return last
        loaded.keep(asked, KnownCandidates(found, trust), seen)
        return found
