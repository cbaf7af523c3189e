"""Train a model of a prediction on the past, and put it to use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from tessella.domain.errors.training import NobodyShares
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.training.asked import TrainingAsked, setup_of
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.ports.models import ModelWriter, StoredModel
from tessella.usecases.predictions.models import told_anew
from tessella.usecases.training.churn import train_churn
from tessella.usecases.training.nbo import train_nbo
from tessella.usecases.training.trained import Training, Written


async def train_model(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    write: ModelWriter,
    asked: TrainingAsked,
    progress: Progress = lambda share: None,
) -> StoredModel:
    """Learn from the past, keep the next version of the prediction's model, make it active, and have facts told anew.

    Every predictor is tried, and judged on moments that it has not seen; one that does not beat the baseline by more
    than chance is not published. Nobody is learned from who does not share data, and nothing is kept when anything
    fails. Raises `NoSuch` for a prediction that is not there, `NobodyShares`, what the rows and the predictors raise
    where there is nothing to learn from, and what the session raises.
    """
    setup = setup_of((await session.definitions()).predictions, asked)
    if not await session.somebody_shares():
        raise NobodyShares(setup.prediction_id)
    training = Training(session, warehouse, open_engine, write, progress, setup, asked)
    written = await TRAINERS[setup.target](training)
    kept = (await session.add_model(written.manifest, written.files)).manifest
    return await told_anew(session, await session.activate_model(kept.model_id, kept.version))


#: How each target is trained.
TRAINERS: Final[Mapping[Target, Callable[[Training], Awaitable[Written]]]] = {
    Target.CHURN: train_churn,
    Target.NBO: train_nbo,
}
