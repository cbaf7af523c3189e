"""Runs of jobs: what was asked, how far it is, what came of it. A job's own arguments hold the run's id only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from psycopg.types.json import Jsonb

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import Instant, Json, Namespace
from tessella.storage.database import Connection
from tessella.storage.times import micros

_ADD: Final = "INSERT INTO tessella.job_runs (namespace, run_id, job, inputs) VALUES (%s, %s, %s, %s)"
_COLUMNS: Final = f"run_id::text, job, inputs, state, progress, result, {micros('created_at')}, {micros('updated_at')}"
_ONE: Final = f"SELECT {_COLUMNS} FROM tessella.job_runs WHERE namespace = %s AND run_id = %s"
_LATEST: Final = f"SELECT {_COLUMNS} FROM tessella.job_runs WHERE namespace = %s ORDER BY created_at DESC LIMIT %s"
_UPDATE: Final = """
UPDATE tessella.job_runs SET state = %s, progress = %s, result = coalesce(%s, result), updated_at = now()
 WHERE namespace = %s AND run_id = %s RETURNING run_id
"""


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run."""

    run_id: str
    job: str
    inputs: Mapping[str, Json]
    #: queued, running, succeeded or failed.
    state: str
    #: From 0 to 1.
    progress: float
    result: Mapping[str, Json] | None
    created_at: Instant
    updated_at: Instant


async def add_run(
    connection: Connection, namespace: Namespace, run_id: UUID, job: str, inputs: Mapping[str, Json]
) -> None:
    """Note that a job is to run."""
    await connection.execute(_ADD, [namespace, run_id, job, Jsonb(inputs)])


async def get_run(connection: Connection, namespace: Namespace, run_id: UUID) -> JobRun:
    """One run. Raises `NoSuch`."""
    row = await (await connection.execute(_ONE, [namespace, run_id])).fetchone()
    if row is None:
        raise NoSuch("job run", str(run_id))
    return JobRun(*row)


async def latest_runs(connection: Connection, namespace: Namespace, limit: int) -> list[JobRun]:
    """The newest runs first."""
    found = await connection.execute(_LATEST, [namespace, limit])
    return [JobRun(*row) for row in await found.fetchall()]


async def report(
    connection: Connection,
    namespace: Namespace,
    run_id: UUID,
    *,
    state: str,
    progress: float,
    result: Mapping[str, Json] | None = None,
) -> None:
    """Say how far a run is. Raises `NoSuch`."""
    values = [state, progress, None if result is None else Jsonb(result), namespace, run_id]
    if await (await connection.execute(_UPDATE, values)).fetchone() is None:
        raise NoSuch("job run", str(run_id))
