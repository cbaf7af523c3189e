"""One turn at a run: begun, kept alive while its task works, and brought to an end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final

from tessella.domain.errors import JobBroke, TessellaError, TriedTooOften, Unavailable, UnknownJob
from tessella.domain.identifiers import Json, Role
from tessella.jobs.order import Order, Workshop
from tessella.jobs.run_log import RunLog
from tessella.logs import get_logger
from tessella.ports import Caller
from tessella.ports.jobs import Attempt, Ledger, RunError, run_error
from tessella.usecases.watch_jobs import watch_job

_PULSE_SECONDS: Final = 0.5
_LOG: Final = get_logger(__name__)


class Turns:
    """Turns at runs, for a worker."""

    def __init__(
        self, ledger: Ledger, workshop: Workshop, tasks: Mapping[str, Callable[[Order], Awaitable[Json]]]
    ) -> None:
        self._ledger = ledger
        self._workshop = workshop
        self._tasks = tasks

    async def take(self, run_id: str) -> None:
        """Do what is to be done for a run. Nothing is to be done for one that is over, or whose namespace is gone.

        Raises `Unavailable` for what is away at the moment: the run is to be begun again in a moment.
        """
        attempt = await self._ledger.begin(run_id, f"pid {os.getpid()}")
        if attempt is None:
            _LOG.info("job_is_over", run_id=run_id)
            return
        log = RunLog()
        with log.kept():
            await self._take(attempt, log)

    async def _take(self, attempt: Attempt, log: RunLog) -> None:
        _LOG.info("job_begun", run_id=attempt.run_id, job=attempt.job, attempts=attempt.number)
        try:
            await self._do(attempt, log)
        except Unavailable as error:
            if attempt.number < attempt.most:
                _LOG.warning("job_interrupted", run_id=attempt.run_id, job=attempt.job, reason=error.message)
                with suppress(Unavailable):  # it is the database that is away
                    await self._ledger.pulse(attempt, 0.0, log.waiting())
                raise
            await self._fail(attempt, log, error)
        except TessellaError as error:
            await self._fail(attempt, log, error)
        except Exception:  # noqa: BLE001 - the outermost place of a task: its fault is the run's, not the worker's
            _LOG.exception("job_broke", run_id=attempt.run_id, job=attempt.job)
            await self._fail(attempt, log, JobBroke())

    async def _do(self, attempt: Attempt, log: RunLog) -> None:
        task = self._tasks.get(attempt.job)
        if task is None:
            raise UnknownJob(attempt.job)
        if attempt.number > attempt.most:
            raise TriedTooOften(attempt.number - 1)
        pulse = _Pulse(self._ledger, attempt, log)
        work = asyncio.ensure_future(task(Order(attempt, self._workshop, pulse.told)))
        try:
            await pulse.keep(work)
        finally:
            work.cancel()  # where we were cancelled ourselves
            await asyncio.wait([work])
        if work.cancelled():
            _LOG.info("job_taken_away", run_id=attempt.run_id, job=attempt.job)
        else:
            result = work.result()
            _LOG.info("work_done", run_id=attempt.run_id, job=attempt.job)
            await self._ledger.succeed(attempt, result, log.waiting())
            await self._tell(attempt, None)

    async def _fail(self, attempt: Attempt, log: RunLog, error: TessellaError) -> None:
        _LOG.warning("job_failed", run_id=attempt.run_id, job=attempt.job, reason=error.message)
        await self._ledger.fail(attempt, run_error(error), log.waiting())
        await self._tell(attempt, run_error(error))

    async def _tell(self, attempt: Attempt, error: RunError | None) -> None:
        """Raise or resolve the alert of the job. What keeps it from doing so is logged: the run is over as it is."""
        try:
            async with self._workshop.session(Caller(attempt.namespace, Role.ADMIN)) as session:
                await watch_job(session, attempt, error)
        except TessellaError as unable:
            _LOG.warning("job_not_told", run_id=attempt.run_id, job=attempt.job, reason=unable.message)


class _Pulse:
    """Says twice a second that a turn goes on, how far it is and what was said, and ends its work when it is over."""

    def __init__(self, ledger: Ledger, attempt: Attempt, log: RunLog) -> None:
        self._ledger = ledger
        self._attempt = attempt
        self._log = log
        self._progress = 0.0

    def told(self, progress: float) -> None:
        """Take in how far the task is."""
        self._progress = min(max(progress, 0.0), 1.0)

    async def keep(self, work: asyncio.Future[Json]) -> None:
        """Until the work is at its end."""
        while not (await asyncio.wait([work], timeout=_PULSE_SECONDS))[0]:
            with suppress(Unavailable):  # the database is away: the work finds out by itself, or does not need it
                if not await self._say():
                    work.cancel()

    async def _say(self) -> bool:
        lines = self._log.waiting()
        goes_on = await self._ledger.pulse(self._attempt, self._progress, lines)
        self._log.written(len(lines))
        return goes_on
