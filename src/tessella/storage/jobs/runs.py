"""Runs of jobs as who asks for them sees them. A run and its place in the queue are made in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from tessella.domain.errors import NoSuch, RunIsOver, RunNotFailed, SameRunOpen
from tessella.domain.identifiers import Json, Namespace
from tessella.domain.typed import convert
from tessella.ports.jobs import TASK, Job, JobRun, RunError, RunLine, RunState
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import id_before, new_id, read_id
from tessella.storage.times import micros

_RUN: Final = f"""run_id::text, job, inputs, state, progress, result, error, attempts, {micros("created_at")},
       {micros("started_at")}, {micros("heartbeat_at")}, {micros("finished_at")}"""
_ADD: Final = f"""
INSERT INTO tessella.job_runs (namespace, run_id, job, inputs) VALUES (%s, %s, %s, %s)
ON CONFLICT (namespace, job, inputs) WHERE state IN ('queued', 'running') DO NOTHING
RETURNING {_RUN}
"""
_OPEN: Final = f"""
SELECT {_RUN} FROM tessella.job_runs
 WHERE namespace = %s AND job = %s AND inputs = %s AND state IN ('queued', 'running')
"""
_NAME: Final = "INSERT INTO jobs.run_namespaces (run_id, namespace) VALUES (%s, %s)"
#: One job of a namespace at a time: the lock is a digest of both, as nothing in the queue tells whose work it is.
_ENQUEUE: Final = f"""
SELECT jobs.procrastinate_defer_jobs_v1(ARRAY[ROW('runs', '{TASK}', 0, encode(sha256(%(lock)s), 'hex'), NULL,
       jsonb_build_object('run_id', %(run_id)s::text), NULL)::jobs.procrastinate_job_to_defer_v1])
"""
_ONE: Final = f"SELECT {_RUN} FROM tessella.job_runs WHERE namespace = %s AND run_id = %s"
_LOG: Final = "SELECT log FROM tessella.job_runs WHERE namespace = %s AND run_id = %s"
_PAGE: Final = f"""
SELECT {_RUN} FROM tessella.job_runs
 WHERE namespace = %(namespace)s
   AND (%(job)s::text IS NULL OR job = %(job)s)
   AND (%(state)s::text IS NULL OR state = %(state)s)
   AND (%(cursor)s::uuid IS NULL OR run_id < %(cursor)s)
 ORDER BY run_id DESC
 LIMIT %(limit)s + 1
"""
_QUEUE_AGAIN: Final = f"""
UPDATE tessella.job_runs
   SET state = 'queued', progress = 0, error = NULL, started_at = NULL, heartbeat_at = NULL, finished_at = NULL,
       worker = NULL, attempts_allowed = attempts + 10, updated_at = now()
 WHERE namespace = %s AND run_id = %s AND state = 'failed'
RETURNING {_RUN}
"""
_CANCEL: Final = f"""
UPDATE tessella.job_runs SET state = 'cancelled', finished_at = now(), updated_at = now()
 WHERE namespace = %s AND run_id = %s AND state IN ('queued', 'running')
RETURNING {_RUN}
"""
#: How long runs are kept that are over.
RETENTION_DAYS: Final = 90
_FORGET: Final = f"""
DELETE FROM tessella.job_runs
 WHERE namespace = %s AND state NOT IN ('queued', 'running') AND updated_at < now() - interval '{RETENTION_DAYS} days'
"""


async def ask_for(connection: Connection, namespace: Namespace, job: Job, inputs: Mapping[str, Json]) -> JobRun:
    """A new run, or the one that is queued or running for the same job and inputs."""
    asked = [namespace, new_id(), job, Jsonb(dict(inputs))]
    while True:  # the one that was open may be over before it is read
        if added := await (await connection.execute(_ADD, asked)).fetchone():
            run = _run(added)
            await connection.execute(_NAME, [run.run_id, namespace])
            await _enqueue(connection, namespace, run)
            return run
        if found := await (await connection.execute(_OPEN, [namespace, job, asked[-1]])).fetchone():
            return _run(found)


async def runs_page(
    connection: Connection,
    namespace: Namespace,
    job: Job | None,
    state: RunState | None,
    limit: int,
    cursor: str | None,
) -> tuple[Sequence[JobRun], str | None]:
    """Runs, the last one asked for first, and the cursor of the next page; None at the end. Raises `WrongShape`."""
    asked = {"namespace": namespace, "job": job, "state": state, "limit": limit, "cursor": id_before(cursor)}
    found = [_run(row) for row in await (await connection.execute(_PAGE, asked)).fetchall()]
    shown = found[:limit]
    return shown, shown[-1].run_id if len(found) > limit else None


async def one_run(connection: Connection, namespace: Namespace, run_id: str) -> JobRun:
    """One run. Raises `NoSuch`."""
    found = await (await connection.execute(_ONE, [namespace, read_id(run_id, "job run")])).fetchone()
    if found is None:
        raise NoSuch("job run", run_id)
    return _run(found)


async def run_log(connection: Connection, namespace: Namespace, run_id: str) -> Sequence[RunLine]:
    """The last lines of a run's log, the first one first. Raises `NoSuch`."""
    found = await (await connection.execute(_LOG, [namespace, read_id(run_id, "job run")])).fetchone()
    if found is None:
        raise NoSuch("job run", run_id)
    return convert(found[0], list[RunLine])


async def retry_run(connection: Connection, namespace: Namespace, run_id: str) -> JobRun:
    """Queue a failed run again. Raises `NoSuch`, `RunNotFailed`, and `SameRunOpen`."""
    try:
        found = await (await connection.execute(_QUEUE_AGAIN, [namespace, read_id(run_id, "job run")])).fetchone()
    except psycopg.errors.UniqueViolation:
        raise SameRunOpen(run_id) from None
    if found is None:
        raise RunNotFailed(run_id, (await one_run(connection, namespace, run_id)).state)
    await _enqueue(connection, namespace, _run(found))
    return _run(found)


async def cancel_run(connection: Connection, namespace: Namespace, run_id: str) -> JobRun:
    """End a run. Its worker finds out when it next says that it goes on. Raises `NoSuch` and `RunIsOver`."""
    found = await (await connection.execute(_CANCEL, [namespace, read_id(run_id, "job run")])).fetchone()
    if found is None:
        raise RunIsOver(run_id, (await one_run(connection, namespace, run_id)).state)
    return _run(found)


async def forget_old(connection: Connection, namespace: Namespace) -> None:
    """Remove the namespace's runs that have been over for `RETENTION_DAYS`."""
    await connection.execute(_FORGET, [namespace])


async def _enqueue(connection: Connection, namespace: Namespace, run: JobRun) -> None:
    await connection.execute(_ENQUEUE, {"lock": f"{namespace} {run.job}".encode(), "run_id": run.run_id})


def _run(row: Sequence[Any]) -> JobRun:
    run_id, job, inputs, state, progress, result, error, *rest = row
    kept = None if error is None else convert(error, RunError)
    return JobRun(run_id, job, inputs, RunState(state), progress, result, kept, *rest)
