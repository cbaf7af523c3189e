"""Runs of jobs as a worker keeps them: `ports.Ledger` over PostgreSQL."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from tessella.domain.errors import ResultTooLarge
from tessella.domain.identifiers import Json, Namespace
from tessella.ports.jobs import LOG_MOST_LINES, RESULT_MAX_BYTES, Attempt, RunError, RunLine
from tessella.storage.connections.database import Database
from tessella.storage.scope import SET_SCOPE, Scope, system
from tessella.storage.times import micros

_NAMESPACE: Final = "SELECT namespace FROM jobs.run_namespaces WHERE run_id = %s"
_OF_AUDIENCES: Final = "SELECT namespace FROM jobs.audience_namespaces ORDER BY namespace"
_OF_EXPERIMENTS: Final = "SELECT namespace FROM jobs.experiment_namespaces ORDER BY namespace"
_OF_TAXONOMIES: Final = "SELECT namespace FROM jobs.taxonomy_namespaces ORDER BY namespace"
_ALL: Final = "SELECT namespace FROM jobs.all_namespaces ORDER BY namespace"
#: A worker says each second that it lives.
_LIVES: Final = """
SELECT EXISTS (SELECT FROM jobs.procrastinate_workers WHERE last_heartbeat > now() - interval '4 seconds')
"""
_BEGIN: Final = f"""
UPDATE tessella.job_runs
   SET state = 'running', attempts = attempts + 1, worker = %(worker)s, progress = 0,
       started_at = now(), heartbeat_at = now(), updated_at = now()
 WHERE namespace = %(namespace)s AND run_id = %(run_id)s AND state IN ('queued', 'running')
RETURNING namespace, run_id::text, job, inputs, attempts, attempts_allowed, {micros("created_at")}
"""
#: The last lines stay. A log to which nothing is added is not written anew.
_LOG: Final = f"""
log = CASE WHEN %(lines)s::jsonb IS NULL THEN log
           ELSE jsonb_path_query_array(log || %(lines)s::jsonb, '$[last - {LOG_MOST_LINES - 1} to last]') END
"""
_MINE: Final = """
 WHERE namespace = %(namespace)s AND run_id = %(run_id)s AND state = 'running' AND attempts = %(number)s
RETURNING run_id
"""
_PULSE: Final = f"""
UPDATE tessella.job_runs SET progress = %(progress)s, heartbeat_at = now(), updated_at = now(), {_LOG} {_MINE}
"""
_SUCCEED: Final = f"""
UPDATE tessella.job_runs
   SET state = 'succeeded', progress = 1, result = %(kept)s::jsonb, finished_at = now(), updated_at = now(),
       {_LOG} {_MINE}
"""
_FAIL: Final = f"""
UPDATE tessella.job_runs
   SET state = 'failed', error = %(kept)s::jsonb, finished_at = now(), updated_at = now(), {_LOG} {_MINE}
"""
#: Only the scope's namespace is open to a transaction, and which one that is stands outside of row security.
_NOBODY: Final = Scope(Namespace(""), "")


class JobLedger:
    """The runs of every namespace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, run_id: str, worker: str) -> Attempt | None:
        """Take a turn; None for a run that is over or gone."""
        async with self._database.transaction(_NOBODY) as connection:
            named = await (await connection.execute(_NAMESPACE, [run_id])).fetchone()
            if named is None:
                return None
            await connection.execute(SET_SCOPE, system(named[0]).parameters())
            asked = {"namespace": named[0], "run_id": run_id, "worker": f"{socket.gethostname()} {worker}"}
            begun = await (await connection.execute(_BEGIN, asked)).fetchone()
        return None if begun is None else Attempt(*begun)

    async def pulse(self, attempt: Attempt, progress: float, lines: Sequence[RunLine] = ()) -> bool:
        """Say that it goes on, and how far it is, and add lines to its log; False when the turn is over."""
        return await self._write(_PULSE, attempt, lines, progress=progress) is not None

    async def succeed(self, attempt: Attempt, result: Json, lines: Sequence[RunLine] = ()) -> None:
        """Keep the result, and the lines. Nothing happens when the turn is over. Raises `ResultTooLarge`."""
        kept = msgspec.json.encode(result)
        if len(kept) > RESULT_MAX_BYTES:
            raise ResultTooLarge(len(kept), RESULT_MAX_BYTES)
        await self._write(_SUCCEED, attempt, lines, kept=kept.decode())

    async def fail(self, attempt: Attempt, error: RunError, lines: Sequence[RunLine] = ()) -> None:
        """Keep the error, and the lines; likewise."""
        await self._write(_FAIL, attempt, lines, kept=msgspec.json.encode(error).decode())

    async def audience_namespaces(self) -> list[Namespace]:
        """The namespaces that have had audiences."""
        return await self._namespaces(_OF_AUDIENCES)

    async def experiment_namespaces(self) -> list[Namespace]:
        """The namespaces that have had experiments."""
        return await self._namespaces(_OF_EXPERIMENTS)

    async def taxonomy_namespaces(self) -> list[Namespace]:
        """The namespaces that have had taxonomies."""
        return await self._namespaces(_OF_TAXONOMIES)

    async def all_namespaces(self) -> list[Namespace]:
        """Every namespace."""
        return await self._namespaces(_ALL)

    async def has_worker(self) -> bool:
        """Whether a worker lives somewhere that takes runs from the queue."""
        async with self._database.transaction(_NOBODY) as connection:
            [found] = await (await connection.execute(_LIVES)).fetchall()
        return bool(found[0])

    async def _namespaces(self, statement: str) -> list[Namespace]:
        async with self._database.transaction(_NOBODY) as connection:
            return [Namespace(each) for (each,) in await (await connection.execute(statement)).fetchall()]

    async def _write(
        self, statement: str, attempt: Attempt, lines: Sequence[RunLine], **values: Any
    ) -> Sequence[Any] | None:
        said = msgspec.json.encode(lines).decode() if lines else None
        turn = {"namespace": attempt.namespace, "run_id": attempt.run_id, "number": attempt.number, "lines": said}
        async with self._database.transaction(system(attempt.namespace)) as connection:
            return await (await connection.execute(statement, {**turn, **values})).fetchone()
