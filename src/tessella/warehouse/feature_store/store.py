"""The feature store: rows of customers, kept in a cache for an hour and read from their sources in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from tessella.domain.audiences.reading import SourceReading
from tessella.domain.audiences.source import CustomerSource
from tessella.domain.features.customer_row import CustomerRow
from tessella.domain.hashing import digest
from tessella.domain.identifiers import Instant, Namespace, SourceId, SubjectId
from tessella.ports.clock import present
from tessella.ports.customer_engine import CustomerEngine, EngineColumn, OpenEngine, SampleStatistics
from tessella.warehouse.feature_store.cache import KeptRow, RowCache
from tessella.warehouse.feature_store.lookups import Lookups
from tessella.warehouse.feature_store.open_sources import OpenSources


@dataclass(frozen=True, slots=True)
class Times:
    """How long things may take."""

    #: A row counts as fresh for so long.
    fresh_seconds: float
    #: A decision waits for its row for so long.
    wait_seconds: float


@dataclass(frozen=True, slots=True)
class _Place:
    """What is read of one source, as it is declared at the moment."""

    reading: SourceReading
    #: Names it in the cache: another declaration is another name.
    name: str
    lookups: Lookups


@dataclass(frozen=True, slots=True)
class _Sample:
    """What columns of a source held."""

    asked: tuple[CustomerSource, Sequence[EngineColumn]]
    as_of: Instant
    found: SampleStatistics


class FeatureStore:
    """`ports.CustomerRows` over a cache and the sources' engines."""

    def __init__(self, cache: RowCache, open_engine: OpenEngine, times: Times) -> None:
        self._cache = cache
        self._sources = OpenSources(open_engine)
        self._times = times
        self._places: dict[tuple[Namespace, SourceId], _Place] = {}
        self._samples: dict[tuple[Namespace, SourceId], _Sample] = {}
        #: Rows that were read before are not fresh.
        self._forgotten_at: dict[Namespace, Instant] = {}

    async def rows(
        self, namespace: Namespace, reading: SourceReading, subject_ids: Sequence[SubjectId]
    ) -> Mapping[SubjectId, CustomerRow]:
        """A row for each subject: a fresh one, else what is left of it, marked as stale."""
        place = self._place(namespace, reading)
        kept = await self._cache.rows(place.name, subject_ids)
        oldest = self._oldest(namespace)
        missing = [each for each in subject_ids if each not in kept or kept[each].as_of < oldest]
        read = await place.lookups.read(missing, self._times.wait_seconds) if missing else {}
        return {each: _row(read.get(each), kept.get(each), oldest) for each in subject_ids}

    def forget(self, namespace: Namespace) -> None:
        """Read every row of a namespace anew before it counts as fresh."""
        self._forgotten_at[namespace] = present()
        for (owner, _), place in self._places.items():
            if owner == namespace:
                place.lookups.look_again()

    async def drop(self, namespace: Namespace, subject_id: SubjectId) -> None:
        """Let go of what is kept of one customer."""
        for (owner, _), place in self._places.items():
            if owner == namespace:
                await self._cache.drop(place.name, subject_id)

    async def engine(self, namespace: Namespace, source: CustomerSource) -> CustomerEngine:
        """What reads a source itself."""
        return await self._sources.get(namespace, source)

    async def statistics(
        self, namespace: Namespace, source: CustomerSource, columns: Sequence[EngineColumn]
    ) -> SampleStatistics:
        """What columns hold: kept as long as a row counts as fresh."""
        engine, read_at = await self.engine(namespace, source), present()
        kept = self._samples.get((namespace, source.source_id))
        if kept is not None and kept.asked == (source, columns) and kept.as_of >= self._oldest(namespace):
            return kept.found
        found = await engine.statistics(columns)
        self._samples[namespace, source.source_id] = _Sample((source, columns), read_at, found)
        return found

    def follow(self, namespace: Namespace, sources: Mapping[SourceId, CustomerSource]) -> None:
        """Leave what is open of a namespace and not among these, or declared otherwise."""
        self._sources.follow(namespace, sources)
        for owner, source_id in [*self._samples]:
            if owner == namespace and source_id not in sources:
                del self._samples[owner, source_id]

    async def close(self) -> None:
        """Leave all sources."""
        for place in self._places.values():
            await place.lookups.close()
        await self._sources.close()
        await self._cache.close()

    def _oldest(self, namespace: Namespace) -> int:
        """The moment since which a row must have been read to be fresh."""
        return max(present() - int(self._times.fresh_seconds * 1e6), self._forgotten_at.get(namespace, 0))

    def _place(self, namespace: Namespace, reading: SourceReading) -> _Place:
        key = namespace, reading.source.source_id
        place = self._places.get(key)
        if place is None or (place.reading is not reading and place.reading != reading):
            place = self._places[key] = self._new_place(namespace, reading)
        return place

    def _new_place(self, namespace: Namespace, reading: SourceReading) -> _Place:
        """Lookups of an older declaration end by themselves: nobody asks them any more."""
        name = f"{namespace}/{reading.source.source_id}/{digest(msgspec.to_builtins(reading))}"
        engine = partial(self._sources.get, namespace, reading.source)
        return _Place(reading, name, Lookups(reading, engine, partial(self._cache.keep, name)))


def _row(read: KeptRow | None, kept: KeptRow | None, oldest: int) -> CustomerRow:
    """What was read now, or what is kept, which is stale unless it is fresh and whole."""
    row = read or kept
    if row is None:
        return CustomerRow(stale=True)
    return CustomerRow(row.values, row.as_of, stale=not row.whole or (read is None and row.as_of < oldest))
