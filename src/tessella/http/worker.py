"""One HTTP worker, a child of the supervisor, with the arguments LIFELINE PLAN SLOT."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import msgspec

from tessella.bootstrap import running_on
from tessella.http.metrics import Slot
from tessella.http.server import run, serve
from tessella.http.workers import WorkerPlan
from tessella.logs import log_to_stderr
from tessella.processes import Lifeline
from tessella.settings import read_settings
from tessella.storage.background import end_process_with_tasks
from tessella.storage.installation.administration import own_dsn


async def work(plan: WorkerPlan, slot: Slot, lifeline: Lifeline) -> None:
    """Answer requests until the supervisor says otherwise; then write what waits."""
    end_process_with_tasks()
    settings = read_settings()
    async with running_on(plan.dsn or own_dsn(settings), settings) as application:
        with socket.socket(fileno=plan.listening) as listening:
            await serve(application, listening, lifeline.ready, slot)


def main() -> None:
    """Work, as a child of the supervisor."""
    lifeline, plan = Lifeline(int(sys.argv[1])), msgspec.json.decode(sys.argv[2], type=WorkerPlan)
    log_to_stderr("info")
    with lifeline.working((plan.listening, *plan.held)):
        run(work(plan, Slot(Path(plan.run_folder), f"http-{sys.argv[3]}"), lifeline))
