"""The demo's models while its server runs: the card is shown when the training is over."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread

from tessella.bootstrap import running_on
from tessella.cli.model_cards import print_model, told
from tessella.cli.output import console, say
from tessella.demo.load import DEMO, open_run, over
from tessella.demo.models import trained_models
from tessella.domain.errors import Unavailable
from tessella.domain.identifiers import Role
from tessella.ports import Caller
from tessella.ports.jobs import Job
from tessella.settings import Settings


def follow_training(dsn: str, settings: Settings) -> None:
    """Wait beside the server for a training that goes on, and print the cards then. The thread ends with us."""
    Thread(target=lambda: asyncio.run(_shown(dsn, settings)), name="training", daemon=True).start()


async def _shown(dsn: str, settings: Settings) -> None:
    with suppress(Unavailable):  # the server ends, and its database with it
        async with running_on(dsn, settings) as application, application.session(Caller(DEMO, Role.ADMIN)) as session:
            if await open_run(session, Job.TRAIN_MODEL) is None:
                return
            say("\nA model of churn is being trained on the households. Its card comes here.")
            await over(session, Job.TRAIN_MODEL, lambda share: None)
            models = await trained_models(session)
    for each in models:
        console.print()
        print_model(told(each))
    if not models:
        say("No model of churn was made: `tessella jobs list --job train_model` says why.")
