"""Customers in the namespace's sources."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuch
from tessella.domain.features.customer_row import CustomerRow, merged
from tessella.domain.identifiers import SourceId, SubjectId
from tessella.ports.customer_engine import CustomerEngine, EngineColumn, SampleStatistics
from tessella.storage.sessions.base import SessionBase


class CustomersPart(SessionBase):
    """`ports.session.Customers` over what the process reads of sources."""

    __slots__ = ()

    async def customer_rows(
        self, subject_ids: Sequence[SubjectId], source_ids: Sequence[SourceId]
    ) -> Mapping[SubjectId, CustomerRow]:
        for subject_id in subject_ids:
            self._refuse_another(subject_id)
        readings = [self.snapshot().sources[each] for each in source_ids]
        rows, namespace = self._parts.customer_rows, self.caller.namespace
        if len(readings) == 1:  # as a rule, and then no task is needed
            return await rows.rows(namespace, readings[0], subject_ids)
        found = await asyncio.gather(*(rows.rows(namespace, each, subject_ids) for each in readings))
        return {subject_id: merged(each[subject_id] for each in found) for subject_id in subject_ids}

    async def customer_engine(self, source_id: SourceId) -> CustomerEngine:
        return await self._parts.customer_rows.engine(self.caller.namespace, self._source(source_id))

    async def customer_statistics(self, source_id: SourceId, columns: Sequence[EngineColumn]) -> SampleStatistics:
        source = self._source(source_id)
        return await self._parts.customer_rows.statistics(self.caller.namespace, source, columns)

    def _source(self, source_id: SourceId) -> CustomerSource:
        reading = self.snapshot().sources.get(source_id)
        if reading is None:
            raise NoSuch(Kind.SOURCE, source_id)
        return reading.source
