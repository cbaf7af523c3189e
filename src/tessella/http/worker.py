"""One HTTP worker, a child of the supervisor, with the arguments LIFELINE PLAN SLOT."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from tessella.bootstrap import Application, running_on
from tessella.domain.typed import decode
from tessella.http.loop import run
from tessella.http.metrics.slots import Slot
from tessella.http.workers import WorkerPlan
from tessella.logs import log_to_stderr
from tessella.processes import Lifeline
from tessella.processes.loading import loading
from tessella.settings import read_settings
from tessella.storage.background import end_process_with_tasks
from tessella.storage.installation.administration import own_dsn

#: Answers over HTTP until the supervisor says otherwise.
Serve = Callable[[Application, socket.socket, Callable[[], None], Slot], Awaitable[None]]


async def work(plan: WorkerPlan, slot: Slot, lifeline: Lifeline) -> None:
    """Answer requests until the supervisor says otherwise; then write what waits.

    The routes are loaded while the database is waited for.
    """
    end_process_with_tasks()
    settings = read_settings()
    routes = asyncio.ensure_future(asyncio.to_thread(_load_serve))
    async with running_on(plan.dsn or own_dsn(settings), settings) as application:
        serve = await routes
        with socket.socket(fileno=plan.listening) as listening:
            await serve(application, listening, lifeline.ready, slot)


def _load_serve() -> Serve:
    """With the framework and every route: half of what a worker loads."""
    with loading():
        from tessella.http.server import serve
    return serve


def main() -> None:
    """Work, as a child of the supervisor."""
    lifeline, plan = Lifeline(int(sys.argv[1])), decode(sys.argv[2], WorkerPlan)
    log_to_stderr("info")
    with lifeline.working((plan.listening, *plan.held)):
        run(work(plan, Slot(Path(plan.run_folder), f"http-{sys.argv[3]}"), lifeline))
