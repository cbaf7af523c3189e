"""Which model tells what is asked for, and by which thresholds."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.errors import ModelTellsOther, NoModel
from tessella.domain.identifiers import PredictionId
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.thresholds import Thresholds
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.ports.models import LoadedModel


def prediction_for(predictions: Mapping[PredictionId, PredictionSetup], target: Target) -> PredictionId:
    """The prediction that tells a target: the one of its name, or the first by name of those that were declared.

    >>> lapse = PredictionSetup(PredictionId("lapse"), Target.CHURN)
    >>> prediction_for({lapse.prediction_id: lapse}, Target.CHURN), prediction_for({}, Target.CHURN)
    ('lapse', 'churn')
    """
    own = PredictionId(target.value)
    declared = sorted(name for name, each in predictions.items() if each.target is target)
    return own if own in declared or not declared else declared[0]


async def served_model(session: Session, target: Target) -> LoadedModel:
    """The model of a target that this process serves: the active version, or a placeholder.

    Raises `NoModel` and `ModelTellsOther`, and what the session raises for a model that cannot be loaded.
    """
    prediction_id = prediction_for(session.snapshot().definitions.predictions, target)
    model = await session.model(prediction_id)
    if model is None:
        raise NoModel(prediction_id)
    if model.manifest.target is not target:  # one was brought under another's name, or what is declared has changed
        raise ModelTellsOther(prediction_id, model.manifest.target, target)
    return model


def thresholds_of(snapshot: Snapshot, model: LoadedModel) -> Thresholds | None:
    """Of churn, those that are declared, or those of the model's training; None of offers."""
    if model.manifest.target is not Target.CHURN:
        return None
    setup = snapshot.definitions.predictions.get(PredictionId(model.manifest.model_id))
    return model.manifest.thresholds if setup is None else setup.thresholds
