"""Rankings that were made lately."""

from __future__ import annotations

from collections.abc import Hashable

from tessella.ports import KnownRanking
from tessella.storage.sessions.base import SessionBase


class RankingsPart(SessionBase):
    """`ports.session.Rankings` over memory."""

    __slots__ = ()

    def known_ranking(self, key: Hashable) -> KnownRanking | None:
        return self._parts.rankings.get(self.caller.namespace, key)

    def keep_ranking(self, key: Hashable, known: KnownRanking) -> None:
        self._parts.rankings.keep(self.caller.namespace, key, known)
