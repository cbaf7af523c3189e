"""What was found of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.gate import iso
from tessella.domain.predictions.monitoring.limits import Limits
from tessella.domain.predictions.setup import EVENTS
from tessella.domain.predictions.target import Target
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun
from tessella.ports.models import StoredModel
from tessella.ports.monitoring import Batch, JudgedBatch, StoredDrift
from tessella.usecases.predictions.watch_models import watched_as

#: So many looks back.
HISTORY: Final = 30
_OF_OFFERS: Final = "What became of offers is told by the card of the next training: it is not judged before."
_OF_SOURCES: Final = "A source says what happened, and not when: what followed a prediction cannot be told apart."
_NOTHING_KEPT: Final = "Nothing that it said was kept yet: look at it with `tessella models check`, or wait a night."
_WAITING: Final = (
    "What happened is not known yet. It can be expected from {due_at} on, once events come from after that."
)


@dataclass(frozen=True, slots=True)
class Monitoring:
    """A version of a model, and what was found of it, the newest first."""

    model: StoredModel
    limits: Limits
    drifts: Sequence[StoredDrift]
    judged: Sequence[JudgedBatch]
    #: Predictions whose outcomes are not known yet, the oldest first.
    waiting: Sequence[Batch]
    #: Why no outcomes are known; empty where some are.
    note: str


async def get_monitoring(session: Session, model_id: str, version: int | None = None) -> Monitoring:
    """What was found of a version, of the active one where none is named. Raises `NoSuch`."""
    stored = await session.stored_model(model_id, version)
    version = stored.manifest.version
    judged = await session.judged_batches(model_id, version, HISTORY)
    waiting = [each for each in await session.open_batches(model_id) if each.version == version]
    return Monitoring(
        model=stored,
        limits=watched_as(session, stored.manifest).limits,
        drifts=await session.drifts(model_id, version, HISTORY),
        judged=judged,
        waiting=waiting,
        note="" if judged else _why_none(session, stored, waiting),
    )


async def ask_for_watch(session: Session, model_id: str | None = None) -> JobRun:
    """Have every active model looked at, or one; gives the run that does so already when there is one.

    Raises `NoSuch` for a model that is named and not active.
    """
    if model_id is None:
        return await session.ask_for(Job.WATCH_MODELS, {})
    await session.stored_model(model_id)
    return await session.ask_for(Job.WATCH_MODELS, {"model_id": model_id})


def _why_none(session: Session, stored: StoredModel, waiting: Sequence[Batch]) -> str:
    if stored.manifest.target is Target.NBO:
        return _OF_OFFERS
    if watched_as(session, stored.manifest).source != EVENTS:
        return _OF_SOURCES
    return _WAITING.format(due_at=iso(waiting[0].due_at)) if waiting else _NOTHING_KEPT
