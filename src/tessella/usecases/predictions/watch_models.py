"""Look at every active model: at whom it is used on now, and at what became of what it said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from tessella.domain.alerts.rules import MODEL_DRIFT, MODEL_OUTCOMES
from tessella.domain.errors import NoModel, NoSuch, NothingCalculated
from tessella.domain.identifiers import PredictionId
from tessella.domain.predictions.manifest import Manifest
from tessella.domain.predictions.monitoring.records import Drift
from tessella.domain.predictions.monitoring.told import told_drift, told_outcomes
from tessella.domain.predictions.setup import PredictionSetup
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.monitoring import StoredDrift
from tessella.usecases.alerts import resolve_others, tell
from tessella.usecases.predictions.judge_outcomes import judge_due, keep_predictions
from tessella.usecases.predictions.watched_subjects import Watching, watched_subjects, watching
from tessella.usecases.progress import after_each

_RULES: Final = (MODEL_DRIFT, MODEL_OUTCOMES)


async def watch_models(
    session: Session, warehouse: Warehouse, model_id: str | None = None, progress: Progress = lambda share: None
) -> Sequence[StoredDrift]:
    """Look at the active version of every model, or of one; keep what was found, and raise or resolve the alerts.

    Doing it again changes nothing but figures. Raises `NoSuch` for a model that is named and not active, and what the
    session and the warehouse raise.
    """
    active = [each.manifest for each in await session.models_in_use()]
    chosen = [each for each in active if model_id in (None, each.model_id)]
    if model_id is not None and not chosen:
        raise NoSuch("active model", model_id)
    tell, found = after_each(progress, len(chosen), begin=0.0, end=1.0), list[StoredDrift]()
    for manifest in chosen:
        found.append(await _watch(session, warehouse, manifest))
        tell()
    await resolve_others(session, _RULES, {each.model_id for each in active})
    return found


def watched_as(session: Session, manifest: Manifest) -> PredictionSetup:
    """The prediction of a model as it is declared now, or with the usual windows."""
    model_id = PredictionId(manifest.model_id)
    return session.snapshot().definitions.predictions.get(model_id) or PredictionSetup(model_id, manifest.target)


async def _watch(session: Session, warehouse: Warehouse, manifest: Manifest) -> StoredDrift:
    model = await session.model(manifest.model_id)
    if model is None:
        raise NoModel(PredictionId(manifest.model_id))
    looked = await watching(session, warehouse, model, watched_as(session, manifest))
    await judge_due(looked)
    found = StoredDrift(
        manifest.model_id, model.manifest.version, looked.as_of, session.now(), await _drift(looked)
    )  # fmt: skip
    await session.add_drift(found)
    await _tell(looked, found.drift)
    return found


async def _drift(looked: Watching) -> Drift:
    """Compares who there is now, and keeps what is said of them."""
    from tessella.domain.predictions.monitoring.drift import drift_of  # loads numpy

    manifest, limits = looked.model.manifest, looked.setup.limits
    try:
        told, notes = await watched_subjects(looked)
    except NothingCalculated as reason:
        return Drift(0, notes=(reason.message,))
    await keep_predictions(looked, told)
    return await asyncio.to_thread(
        drift_of, manifest.card, manifest.inputs, told.columns, told.probabilities, limits, notes
    )


async def _tell(looked: Watching, drift: Drift) -> None:
    """Alerts are of the active version: what another one did is no reason to look at this one."""
    session, manifest, limits = looked.session, looked.model.manifest, looked.setup.limits
    judged = await session.judged_batches(manifest.model_id, manifest.version, 1)
    outcomes = told_outcomes(manifest.version, judged[0].outcomes, limits) if judged else None
    for rule, detail in (MODEL_DRIFT, told_drift(manifest.version, drift)), (MODEL_OUTCOMES, outcomes):
        await tell(session, rule, manifest.model_id, detail)
