"""What is ranked from: the index that is computed ahead."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from tessella.domain.identifiers import Instant
from tessella.ports.indexes import IndexBuild, StoredIndex

if TYPE_CHECKING:
    from tessella.domain.ranking.index.index import RankingIndex


class Indexes(Protocol):
    """The ranking index in memory, and its versions in the database."""

    async def index(self) -> RankingIndex | None:
        """The index that this process serves; None where there is none.

        Suspends only at the first use of a namespace in a process, until the index is loaded or refused.
        """
        ...

    def index_progress(self) -> float | None:
        """How much of an index is built, 0 to 1, that somebody has asked for; None where nobody has.

        As of about a second ago; does not wait.
        """
        ...

    async def index_at(self, version: str) -> RankingIndex:
        """A version that is kept, as it was built. Raises `NoSuch`, and `IndexUnusable` for one that is not whole."""
        ...

    async def indexes(self) -> Sequence[StoredIndex]:
        """The versions that are kept or being built, the newest first; not those of builds that were killed."""
        ...

    async def stored_index(self, version: str) -> StoredIndex:
        """What is told of one. Raises `NoSuch`."""
        ...

    def building_index(self, as_of: Instant) -> AbstractAsyncContextManager[IndexBuild]:
        """Begin a version, which is given up at the end of the block unless it was published.

        What another build left behind that was killed is removed. Raises `IndexBeingBuilt`.
        """
        ...
