"""The worker: procrastinate's, begun anew whenever it ends, and a look after runs whose worker has died.

procrastinate's worker stops for good when the database is away for three seconds, and leaves it to its users to find
jobs of workers that have ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Final

from procrastinate import App, RetryStrategy
from procrastinate.connector import BaseAsyncConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition

from tessella.domain.errors import Unavailable
from tessella.jobs.appointments import Appointment
from tessella.jobs.nightly import Nightly
from tessella.jobs.turn import Turns
from tessella.logs import get_logger
from tessella.ports.jobs import TASK

#: A worker says so often that it lives, and is dead to the others when it has not said so for the second.
HEARTBEAT_SECONDS: Final = 1.0
STALLED_SECONDS: Final = 4.0
_LOOK_SECONDS: Final = 0.5
_PAUSE_SECONDS: Final = 0.5
#: At the end, what is not done so soon is put back into the queue.
_GOODBYE_SECONDS: Final = 2.0
#: Runs that are worked on at once.
_CONCURRENCY: Final = 2
#: How often it is tried to ask for what is done at night: the database may be away.
_NIGHTLY_ATTEMPTS: Final = 30
_LOG: Final = get_logger(__name__)

Connect = Callable[[], AbstractAsyncContextManager[BaseAsyncConnector]]


class Worker:
    """Takes turns at runs until it is cancelled."""

    def __init__(self, connect: Connect, turns: Turns, nightly: Nightly | None = None) -> None:
        self._connect = connect
        self._turns = turns
        self._nightly = nightly

    async def run(self, when_ready: Callable[[], None]) -> None:
        """Work until cancelled; what is not done then goes back into the queue."""
        while True:
            try:
                async with self._connect() as connector:
                    when_ready()
                    await self._work(self._app(connector))
            except (Unavailable, ConnectorException) as error:
                _LOG.warning("jobs_interrupted", reason=f"{error.__cause__ or error}")
            await asyncio.sleep(_PAUSE_SECONDS)

    def _app(self, connector: BaseAsyncConnector) -> App:
        app = App(connector=connector)
        again = RetryStrategy(wait=1)

        @app.task(name=TASK, retry=again)
        async def run(run_id: str) -> None:
            await self._turns.take(run_id)

        if self._nightly is not None:
            _ask_at_night(app, self._nightly)
        return app

    async def _work(self, app: App) -> None:
        """Until procrastinate's worker ends, or the look after others does; either is the database's absence."""
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=_CONCURRENCY, fetch_job_polling_interval=_LOOK_SECONDS, install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_SECONDS, stalled_worker_timeout=STALLED_SECONDS,
                shutdown_graceful_timeout=_GOODBYE_SECONDS, delete_jobs=DeleteJobCondition.ALWAYS,
            )
        )  # fmt: skip
        looking = asyncio.create_task(_look_after(app))
        try:
            await asyncio.wait([working, looking], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, looking):
                task.cancel()
            await asyncio.wait([working, looking])
        for task in (looking, working):
            if not task.cancelled():
                task.result()


def _ask_at_night(app: App, nightly: Nightly) -> None:
    """Of all workers one does so, once a night for each appointment."""
    for appointment in nightly.appointments:

        async def ask(timestamp: int, appointment: Appointment = appointment) -> None:
            await nightly.ask(appointment)

        again = RetryStrategy(max_attempts=_NIGHTLY_ATTEMPTS, wait=60)
        app.periodic(cron=appointment.cron)(app.task(name=appointment.name, retry=again)(ask))


async def _look_after(app: App) -> None:
    """Put runs of dead workers back into the queue, for ever."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            _LOG.warning("job_stalled", **job.task_kwargs)
            with suppress(ConnectorException):  # another worker was first; where the database is away, we ask it next
                await app.job_manager.retry_job(job)
        await asyncio.sleep(_LOOK_SECONDS)
