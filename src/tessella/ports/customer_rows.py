"""The rows of customers where they are: one customer's for a decision, and the engine for whole sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from tessella.domain.audiences.reading import SourceReading
from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import SourceAway
from tessella.domain.features.customer_row import CustomerRow
from tessella.domain.identifiers import Namespace, SourceId, SubjectId
from tessella.ports.customer_engine import CustomerEngine, EngineColumn, SampleStatistics


class CustomerRows(Protocol):
    """What this process knows of customers."""

    async def rows(
        self, namespace: Namespace, reading: SourceReading, subject_ids: Sequence[SubjectId]
    ) -> Mapping[SubjectId, CustomerRow]:
        """A row for each subject, bounded in time. Never raises: what did not come is stale, or not known."""
        ...

    def forget(self, namespace: Namespace) -> None:
        """Read every row of a namespace anew before it counts as fresh."""
        ...

    async def drop(self, namespace: Namespace, subject_id: SubjectId) -> None:
        """Let go of what is kept of one customer."""
        ...

    async def engine(self, namespace: Namespace, source: CustomerSource) -> CustomerEngine:
        """What reads a source itself. It is shared, and nobody's to close. Raises `SourceError`s."""
        ...

    async def statistics(
        self, namespace: Namespace, source: CustomerSource, columns: Sequence[EngineColumn]
    ) -> SampleStatistics:
        """What columns of a source hold: kept as long as rows are. Raises `SourceError`s."""
        ...

    def follow(self, namespace: Namespace, sources: Mapping[SourceId, CustomerSource]) -> None:
        """Leave what is open of a namespace and not among these, or declared otherwise."""
        ...

    async def close(self) -> None:
        """Leave all sources."""
        ...


class NoSources:
    """A process that reads no source: every row is one that could not be read."""

    async def rows(
        self, namespace: Namespace, reading: SourceReading, subject_ids: Sequence[SubjectId]
    ) -> Mapping[SubjectId, CustomerRow]:
        """Stale, and without any value."""
        return dict.fromkeys(subject_ids, CustomerRow(stale=True))

    def forget(self, namespace: Namespace) -> None:
        """There is nothing to forget."""

    async def drop(self, namespace: Namespace, subject_id: SubjectId) -> None:
        """There is nothing to let go of."""

    async def engine(self, namespace: Namespace, source: CustomerSource) -> CustomerEngine:
        """Raises `SourceAway`."""
        raise SourceAway(source.source_id, "this process reads no sources")

    async def statistics(
        self, namespace: Namespace, source: CustomerSource, columns: Sequence[EngineColumn]
    ) -> SampleStatistics:
        """Raises `SourceAway`."""
        return await (await self.engine(namespace, source)).statistics(columns)

    def follow(self, namespace: Namespace, sources: Mapping[SourceId, CustomerSource]) -> None:
        """There is nothing to leave."""

    async def close(self) -> None:
        """There is nothing to leave."""


NO_SOURCES: Final = NoSources()
