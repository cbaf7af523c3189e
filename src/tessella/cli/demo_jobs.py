"""The demo's models and taxonomy while its server runs: they are shown when the jobs that make them are over."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread

from tessella.bootstrap import running_on
from tessella.cli.demo_taxonomy import show_when_calibrated
from tessella.cli.model_summary import print_summary
from tessella.cli.output import say
from tessella.demo.jobs import LOOK_SECONDS, open_run
from tessella.demo.load import DEMO
from tessella.demo.models import MODELS
from tessella.domain.errors import Unavailable
from tessella.domain.identifiers import Role
from tessella.ports import Caller, Session
from tessella.ports.jobs import Job
from tessella.ports.models import StoredModel
from tessella.settings import Settings


def follow_jobs(dsn: str, settings: Settings) -> None:
    """Wait beside the server for jobs that go on, and print what they made then. The thread ends with us."""
    Thread(target=lambda: asyncio.run(_shown(dsn, settings)), name="jobs", daemon=True).start()


async def _shown(dsn: str, settings: Settings) -> None:
    with suppress(Unavailable):  # the server ends, and its database with it
        async with running_on(dsn, settings) as application, application.session(Caller(DEMO, Role.ADMIN)) as session:
            if await open_run(session, Job.TRAIN_MODEL) is not None:
                say("\nModels of churn and of the next best offer are being trained. Their cards come here.")
                await _as_they_come(session)
            await show_when_calibrated(session)


async def _as_they_come(session: Session) -> None:
    """Print each card once its model is there, and at the end what is missing."""
    known, is_going_on = await _trained(session), True
    while is_going_on:
        await asyncio.sleep(LOOK_SECONDS)
        is_going_on = await open_run(session, Job.TRAIN_MODEL) is not None
        there = await _trained(session)
        for new in there.keys() - known.keys():
            print_summary(there[new])
        known = there
    for missing in (each for each in MODELS if each not in known):
        say(f"\nThere is no model of {missing}: `tessella jobs list --job train_model` says why.")


async def _trained(session: Session) -> dict[str, StoredModel]:
    return {each.manifest.model_id: each for each in await session.models_in_use()}
