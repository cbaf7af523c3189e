"""Customers in the namespace's sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tessella.domain.features.customer_row import CustomerRow
from tessella.domain.identifiers import SourceId, SubjectId
from tessella.ports.customer_engine import CustomerEngine, EngineColumn, SampleStatistics


class Customers(Protocol):
    """Rows and engines. Who asks for a row has asked for consent before: `usecases.load_subject` is the door."""

    async def customer_rows(
        self, subject_ids: Sequence[SubjectId], source_ids: Sequence[SourceId]
    ) -> Mapping[SubjectId, CustomerRow]:
        """The rows that some sources have of each subject, as one. Never raises for a source that is away."""
        ...

    async def customer_engine(self, source_id: SourceId) -> CustomerEngine:
        """What reads a source itself. Raises `NoSuch`, and `SourceError`s."""
        ...

    async def customer_statistics(self, source_id: SourceId, columns: Sequence[EngineColumn]) -> SampleStatistics:
        """What columns hold in a sample of rows that is up to an hour old. Raises `NoSuch` and `SourceError`s."""
        ...
