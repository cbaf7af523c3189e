"""The jobs that go on when the demo is loaded: the ranking index, models and taxonomies are made beside the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from tessella import usecases
from tessella.bootstrap import Application
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun

#: Among so many of the last runs of a job one that goes on is looked for.
_RUNS: Final = 10
#: How often a job is asked how far it is.
LOOK_SECONDS: Final = 0.2
_AWAITED: Final = {
    Job.BUILD_INDEX: "the ranking index, which recommendations are made from",
    Job.TRAIN_MODEL: "the models, which predictions are made from",
    Job.REFRESH_PREDICTIONS: "what the models say of every household",
    Job.CALIBRATE_TAXONOMY: "the taxonomies of the store and the test game",
}


async def work(application: Application, session: Session, report: Callable[[str], None]) -> None:
    """Work on the jobs that were asked for, unless another process does, until they are over."""
    worker = asyncio.create_task(application.worker().run(lambda: None))
    try:
        for job, what in _AWAITED.items():
            await over(session, job, partial(_tell, report, what))
    finally:
        worker.cancel()
        await asyncio.wait([worker])


def _tell(report: Callable[[str], None], what: str, share: float) -> None:
    report(f"Waiting for {what}: {share:.0%}")


async def over(session: Session, job: Job, tell: Callable[[float], None]) -> None:
    """Wait until no run of a job goes on; `tell` is told how far the last one is."""
    while (run := await open_run(session, job)) is not None:
        tell(run.progress)
        await asyncio.sleep(LOOK_SECONDS)


async def open_run(session: Session, job: Job) -> JobRun | None:
    """The last run of a job that goes on."""
    found, _ = await usecases.list_runs(session, job=job, state=None, limit=_RUNS, cursor=None)
    return next((each for each in found if each.state.is_open), None)
