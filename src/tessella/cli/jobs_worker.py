"""The worker of jobs, a child of the supervisor, with the arguments LIFELINE PLAN."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from typing import Final

from tessella.bootstrap import Application, running_on
from tessella.cli.jobs_process import JobsPlan
from tessella.domain.typed import decode
from tessella.logs import log_to_stderr
from tessella.processes import Lifeline
from tessella.settings import read_settings
from tessella.storage.background import end_process_with_tasks
from tessella.storage.installation.administration import own_dsn

#: Connections for the work itself; the queue has its own.
_CONNECTIONS: Final = 4


async def work(plan: JobsPlan, lifeline: Lifeline) -> None:
    """Work until SIGTERM or SIGINT. What is not done soon after goes back into the queue."""
    end_process_with_tasks()
    settings = read_settings().model_copy(update={"database_connections": _CONNECTIONS})
    async with running_on(plan.dsn or own_dsn(settings), settings) as application:
        working = asyncio.create_task(_work(application, lifeline))
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, working.cancel)
        with suppress(asyncio.CancelledError):
            await working


async def _work(application: Application, lifeline: Lifeline) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(application.worker().run(lifeline.ready))
        group.create_task(application.deliveries().run())
        group.create_task(application.experiments().run())


def main() -> None:
    """Work, as a child of the supervisor."""
    lifeline, plan = Lifeline(int(sys.argv[1])), decode(sys.argv[2], JobsPlan)
    log_to_stderr("info")
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # ours says what matters, in our form
    with lifeline.working(plan.held):
        asyncio.run(work(plan, lifeline))
