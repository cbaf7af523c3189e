"""The demo's models while its server runs: their cards are shown when the trainings are over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread

from tessella.bootstrap import running_on
from tessella.cli.model_summary import print_summary
from tessella.cli.output import say
from tessella.demo.jobs import open_run, over
from tessella.demo.load import DEMO
from tessella.demo.models import MODELS, trained_models
from tessella.domain.errors import Unavailable
from tessella.domain.identifiers import Role
from tessella.ports import Caller
from tessella.ports.jobs import Job
from tessella.ports.models import StoredModel
from tessella.settings import Settings


def follow_training(dsn: str, settings: Settings) -> None:
    """Wait beside the server for trainings that go on, and print the cards then. The thread ends with us."""
    Thread(target=lambda: asyncio.run(_shown(dsn, settings)), name="training", daemon=True).start()


async def _shown(dsn: str, settings: Settings) -> None:
    with suppress(Unavailable):  # the server ends, and its database with it
        async with running_on(dsn, settings) as application, application.session(Caller(DEMO, Role.ADMIN)) as session:
            if await open_run(session, Job.TRAIN_MODEL) is None:
                return
            say("\nModels of churn and of the next best offer are being trained. Their cards come here.")
            await over(session, Job.TRAIN_MODEL, lambda share: None)
            print_models(await trained_models(session))


def print_models(models: Sequence[StoredModel]) -> None:
    """The cards in short, and what is missing."""
    for each in models:
        print_summary(each)
    trained = {each.manifest.model_id for each in models}
    for missing in (each for each in MODELS if each not in trained):
        say(f"\nThere is no model of {missing} yet: `tessella jobs list --job train_model` says why.")
