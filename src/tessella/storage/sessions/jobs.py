"""Long work: asked for, watched, tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from tessella.domain.identifiers import Json
from tessella.ports.jobs import Job, JobRun, RunLine, RunState
from tessella.storage.connections.connecting import Connection
from tessella.storage.jobs import runs
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class JobsPart(SessionBase):
    """`ports.session.Jobs` over PostgreSQL."""

    __slots__ = ()

    async def ask_for(self, job: Job, inputs: Mapping[str, Json]) -> JobRun:
        async with self._mine() as connection:
            return await runs.ask_for(connection, self.caller.namespace, job, inputs)

    async def runs(
        self, *, job: Job | None, state: RunState | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[JobRun], str | None]:
        async with self._mine() as connection:
            return await runs.runs_page(connection, self.caller.namespace, job, state, limit, cursor)

    async def run(self, run_id: str) -> JobRun:
        async with self._mine() as connection:
            return await runs.one_run(connection, self.caller.namespace, run_id)

    async def run_log(self, run_id: str) -> Sequence[RunLine]:
        async with self._mine() as connection:
            return await runs.run_log(connection, self.caller.namespace, run_id)

    async def retry_run(self, run_id: str) -> JobRun:
        async with self._mine() as connection:
            return await runs.retry_run(connection, self.caller.namespace, run_id)

    async def cancel_run(self, run_id: str) -> JobRun:
        async with self._mine() as connection:
            return await runs.cancel_run(connection, self.caller.namespace, run_id)

    def _mine(self) -> AbstractAsyncContextManager[Connection]:
        return self._parts.database.transaction(scope_of(self.caller))
