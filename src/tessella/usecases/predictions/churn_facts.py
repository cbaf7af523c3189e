"""The probability of churn of every subject, by the active model."""

from __future__ import annotations

from tessella.domain.errors import PlaceholderSaysNothing
from tessella.domain.features.predicted import CHURN
from tessella.domain.predictions.target import Target
from tessella.ports import Session, Warehouse
from tessella.usecases.predictions.everybody import everybody_told
from tessella.usecases.predictions.facts import PredictedFacts
from tessella.usecases.predictions.served_models import served_model


async def predicted_churn(session: Session, warehouse: Warehouse) -> PredictedFacts:
    """A probability for everybody of whom the model reads anything; nobody who has opted out is among them.

    Raises `NoModel`, `PlaceholderSaysNothing`, `NothingCalculated`, and what the session raises for a model that cannot
    be served.
    """
    model = await served_model(session, Target.CHURN)
    if model.manifest.placeholder:
        raise PlaceholderSaysNothing(model.manifest.model_id)
    told = await everybody_told(session, warehouse, model)
    return PredictedFacts(told.subjects.tolist(), {CHURN: told.probabilities[:, 0].tolist()})
