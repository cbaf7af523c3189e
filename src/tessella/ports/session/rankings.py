"""Rankings that were made lately."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from tessella.ports.records import KnownRanking


class Rankings(Protocol):
    """Rankings of this namespace in the memory of this process."""

    def known_ranking(self, key: Hashable) -> KnownRanking | None:
        """The ranking that was kept under a key, if it is still there."""
        ...

    def keep_ranking(self, key: Hashable, known: KnownRanking) -> None:
        """Remember a ranking. The key holds all that it was made from but the clock."""
        ...
