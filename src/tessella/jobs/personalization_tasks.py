"""What the jobs of personalization do. Source: requirement D, "Operations"."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Json
from tessella.jobs.order import Order
from tessella.ports.jobs import Job
from tessella.ports.personalization import EvaluatedMetric
from tessella.usecases.personalization import nightly
from tessella.usecases.personalization.asked import read_asked
from tessella.usecases.personalization.evaluate import evaluate_rankings
from tessella.usecases.personalization.rehearse import rehearse_refresh
from tessella.usecases.personalization.train import rehearse_training, train_models
from tessella.usecases.privacy.retention import enforce_retention, expired

#: Why a job did nothing.
_RANKINGS_OFF: Final = "personalization_rankings is switched off"
_EVALUATIONS_OFF: Final = "evaluation_metrics is switched off"


async def nightly_refresh(order: Order) -> Json:
    """Refresh the vectors of everybody who is active, make their rankings, and tell of the last day."""
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            done = await nightly.nightly_refresh(
                session, warehouse, as_of=order.as_of(), begun_at=order.attempt.asked_at,
                batch_size=order.workshop.settings.feature_refresh_batch_size, progress=order.progress,
            )  # fmt: skip
    if done is None:
        return {"done": False, "reason": _RANKINGS_OFF}
    vectors = done.vectors
    told = {"done": True, "as_of": iso(vectors.as_of), "active": vectors.active, "computed": vectors.computed}
    told |= {"failed": vectors.failed, "dropped": dict(vectors.dropped), "stored": vectors.stored}
    return {**told, "removed": vectors.removed, "rankings": done.rankings, "figures": len(done.figures)}


async def cleanup(order: Order) -> Json:
    """Remove what has been kept for as long as it may be."""
    async with order.session() as session:
        removed = await enforce_retention(session, now=order.as_of())
    return {"removed": dict(removed)}


async def model_training(order: Order) -> Json:
    """Train the models that rankings may use anew, where that is switched on."""
    async with order.session() as session:
        return msgspec.to_builtins(await train_models(session, as_of=order.as_of(), progress=order.progress))


async def evaluate_personalization(order: Order) -> Json:
    """Evaluate rankings on days that are over, and keep the figures."""
    asked = read_asked(order.attempt.inputs, now=order.attempt.asked_at)
    async with order.session() as session:
        if not session.flags().evaluation_metrics:
            return {"done": False, "reason": _EVALUATIONS_OFF}
        with order.workshop.warehouse() as warehouse:
            figures = await evaluate_rankings(session, warehouse, asked, order.progress)
    return {"done": True, "evaluated_at": iso(asked.evaluated_at), "figures": [_told(each) for each in figures]}


def _told(each: EvaluatedMetric) -> Json:
    named = {"scope": each.scope, "model_version": each.model_version, "metric": each.metric}
    return {**named, "value": each.value, "sample_size": each.sample_size}


async def _rehearse_refresh(order: Order) -> Json:
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            batch_size = order.workshop.settings.feature_refresh_batch_size
            found = await rehearse_refresh(session, warehouse, as_of=order.as_of(), batch_size=batch_size)
    return {**msgspec.to_builtins(found), "as_of": iso(found.as_of)}


async def _rehearse_cleanup(order: Order) -> Json:
    async with order.session() as session:
        return {"would_remove": dict(await expired(session, now=order.as_of()))}


async def _rehearse_training(order: Order) -> Json:
    async with order.session() as session:
        return msgspec.to_builtins(await rehearse_training(session))


#: What each of these would do. They write nothing.
REHEARSALS: Final[Mapping[Job, Callable[[Order], Awaitable[Json]]]] = {
    Job.CLEANUP: _rehearse_cleanup,
    Job.MODEL_TRAINING: _rehearse_training,
    Job.NIGHTLY_REFRESH: _rehearse_refresh,
}
