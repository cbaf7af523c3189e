"""Whom a model is watched on: those that its prediction is about."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from tessella.domain.identifiers import Instant
from tessella.domain.predictions.setup import EVENTS, PredictionSetup
from tessella.domain.predictions.target import Target
from tessella.ports import Session, Warehouse
from tessella.ports.models import LoadedModel
from tessella.usecases.predictions.everybody import Everybody, everybody_told

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_UNKNOWN: Final = "Of {count} subjects who were active, nothing is known that the model reads."


@dataclass(frozen=True, slots=True)
class Watching:
    """A model that is looked at, with the events of everybody in the warehouse."""

    session: Session
    warehouse: Warehouse
    model: LoadedModel
    setup: PredictionSetup
    #: What the model knows of subjects is of this moment: what happens is counted from here.
    as_of: Instant


async def watching(session: Session, warehouse: Warehouse, model: LoadedModel, setup: PredictionSetup) -> Watching:
    """Load the events, and see what moment the values are of that the model reads.

    As in the training, what happened after that moment is an outcome, and what happened before it is known.
    """
    from tessella.domain.features.computation import EVENTS as TABLE  # loads sqlglot
    from tessella.domain.predictions.monitoring.activity import COLUMNS
    from tessella.domain.predictions.training.exposures import SHOWN

    now = session.now()
    if setup.source != EVENTS:
        return Watching(session, warehouse, model, setup, now)
    if setup.target is Target.NBO:
        setup = msgspec.structs.replace(setup, activity=(SHOWN,))
    await warehouse.load_csv(TABLE, COLUMNS, session.stream_events(list(COLUMNS), until=now))
    known = await session.facts_as_of([each.name for each in model.manifest.inputs])
    return Watching(session, warehouse, model, setup, now if known is None else min(known, now))


async def watched_subjects(looked: Watching) -> tuple[Everybody, tuple[str, ...]]:
    """Those whom the model learned from others like: who was active lately; of a source, everybody. And what to know.

    Raises `NothingCalculated`.
    """
    told = await everybody_told(looked.session, looked.warehouse, looked.model)
    if looked.setup.source != EVENTS:
        return told, ()
    active, _ = await active_at(looked.warehouse, looked.setup, looked.as_of)
    found = await asyncio.to_thread(_those, told, active)
    unknown = len(active) - len(found.subjects)
    return found, (_UNKNOWN.format(count=unknown),) if unknown else ()


def _those(told: Everybody, active: NDArray[np.object_]) -> Everybody:
    import numpy as np

    wanted = set(active.tolist())
    return told.those(np.fromiter((each in wanted for each in told.subjects.tolist()), np.bool_, len(told.subjects)))


async def active_at(
    warehouse: Warehouse, setup: PredictionSetup, moment: Instant
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Who was active before a moment, and whether they were in the horizon after it."""
    from tessella.domain.predictions.monitoring.activity import active_sql  # loads sqlglot

    found = await warehouse.columns(active_sql(setup, moment))
    return found["subject_id"], found["is_kept"]
