"""Checks that decide the same subjects online and set-wise."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.audiences.agreement import AgreementReport
from tessella.domain.identifiers import SubjectId
from tessella.ports.audiences import ActiveAudience
from tessella.ports.consistency import StoredCheck
from tessella.storage.audiences import checks
from tessella.storage.horizons import present_horizon
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class ConsistencyPart(SessionBase):
    """`ports.session.Consistency` over PostgreSQL."""

    __slots__ = ()

    async def audience_and_horizon(self) -> ActiveAudience | None:
        async with self._administering() as connection:
            now = await present_horizon(connection)
        return await self._parts.audiences.active_since(scope_of(self.caller), now)

    async def horizon(self) -> str:
        async with self._administering() as connection:
            return (await present_horizon(connection)).snapshot

    async def changed_of(self, subject_ids: Sequence[SubjectId], since: str) -> frozenset[SubjectId]:
        async with self._administering() as connection:
            return await checks.changed_of(connection, self.caller.namespace, subject_ids, since)

    async def add_check(self, report: AgreementReport) -> StoredCheck:
        async with self._administering() as connection:
            return await checks.add(connection, self.caller.namespace, report)

    async def checks(self, limit: int) -> Sequence[StoredCheck]:
        async with self._administering() as connection:
            return await checks.last(connection, self.caller.namespace, limit)
