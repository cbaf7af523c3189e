"""One HTTP worker, a child of the supervisor: `python -m tessella.http.worker LIFELINE PLAN SLOT`."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import msgspec

from tessella.bootstrap import running_on
from tessella.domain.errors import TessellaError
from tessella.http.metrics import Slot
from tessella.http.server import run, serve
from tessella.http.workers import WorkerPlan
from tessella.logs import log_to_stderr
from tessella.processes import Lifeline
from tessella.settings import read_settings
from tessella.storage.installation.administration import own_dsn


async def work(plan: WorkerPlan, slot: Slot, lifeline: Lifeline) -> None:
    """Answer requests until the supervisor says otherwise; then write what waits."""
    settings = read_settings()
    async with running_on(plan.dsn or own_dsn(settings), settings) as application:
        with socket.socket(fileno=plan.listening) as listening:
            await serve(application, listening, lifeline.ready, slot)


def main() -> None:
    """Work. What keeps the worker from it is for the supervisor to say."""
    lifeline, plan = Lifeline(int(sys.argv[1])), msgspec.json.decode(sys.argv[2], type=WorkerPlan)
    for descriptor in (plan.listening, *plan.held):
        os.set_inheritable(descriptor, False)  # programs that we start get nothing of it
    log_to_stderr("info")
    try:
        run(work(plan, Slot(Path(plan.run_folder), f"http-{sys.argv[3]}"), lifeline))
    except TessellaError as error:
        lifeline.failed(error)
        sys.exit(1)


if __name__ == "__main__":
    main()
