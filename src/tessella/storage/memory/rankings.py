"""Rankings that this process made lately, so that who asks the same again gets the same."""

from __future__ import annotations

from collections.abc import Hashable

from tessella.domain.identifiers import Namespace
from tessella.ports import KnownRanking
from tessella.storage.memory.recent import Recent


class Rankings:
    """Rankings by recency of use, over all namespaces, with so many items together."""

    def __init__(self, *, capacity_items: int) -> None:
        self._known: Recent[tuple[Namespace, Hashable], KnownRanking] = Recent(capacity=capacity_items, size_of=_size)
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._known)

    def get(self, namespace: Namespace, key: Hashable) -> KnownRanking | None:
        """The ranking that was kept under this key of this namespace."""
        found = self._known.used((namespace, key))
        if found is None:
            self.misses += 1
        else:
            self.hits += 1
        return found

    def keep(self, namespace: Namespace, key: Hashable, known: KnownRanking) -> None:
        """Remember a ranking, in place of the one of the same key."""
        self._known.keep((namespace, key), known)

    def forget(self, namespace: Namespace) -> None:
        """Let go of a namespace's rankings."""
        self._known.drop_all(lambda key: key[0] == namespace)


def _size(known: KnownRanking) -> int:
    """One without items takes room too."""
    return 1 + len(known.ranking.items)
