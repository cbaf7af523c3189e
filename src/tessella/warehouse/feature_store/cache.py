"""Rows that were read, in this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Instant, SubjectId


class KeptRow(msgspec.Struct, frozen=True):
    """One customer's row, as it was read."""

    values: dict[FeatureName, Value]
    #: Just before it was read.
    as_of: Instant
    #: Whether the source had a column for every feature.
    whole: bool = True


class RowCache(Protocol):
    """Rows by place, which names a namespace, a source and its features as they are declared.

    A row is kept beyond the time that it counts as fresh: it serves while its source is away.
    """

    async def rows(self, place: str, subject_ids: Iterable[SubjectId]) -> dict[SubjectId, KeptRow]:
        """Those that are kept, however old."""
        ...

    async def keep(self, place: str, rows: Mapping[SubjectId, KeptRow]) -> None:
        """Keep rows, in place of older ones."""
        ...

    async def drop(self, place: str, subject_id: SubjectId) -> None:
        """Let go of a row, if it is kept."""
        ...

    async def close(self) -> None:
        """Let go of what the cache holds open."""
        ...


class MemoryCache:
    """Up to `capacity` rows of all places; the one that was used longest ago goes first."""

    def __init__(self, *, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, SubjectId], KeptRow] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    async def rows(self, place: str, subject_ids: Iterable[SubjectId]) -> dict[SubjectId, KeptRow]:
        """Those that are kept, however old."""
        found: dict[SubjectId, KeptRow] = {}
        for subject_id in subject_ids:
            if (row := self._kept.get((place, subject_id))) is not None:
                self._kept.move_to_end((place, subject_id))
                found[subject_id] = row
        return found

    async def keep(self, place: str, rows: Mapping[SubjectId, KeptRow]) -> None:
        """Keep rows, in place of older ones."""
        for subject_id, row in rows.items():
            self._kept[place, subject_id] = row
            self._kept.move_to_end((place, subject_id))
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)

    async def drop(self, place: str, subject_id: SubjectId) -> None:
        """Let go of a row, if it is kept."""
        self._kept.pop((place, subject_id), None)

    async def close(self) -> None:
        """Forget everything."""
        self._kept.clear()
