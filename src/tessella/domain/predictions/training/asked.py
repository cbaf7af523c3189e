"""What a training is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from tessella.domain.errors import NoSuch, WrongShape
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Instant, Json, PredictionId
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.setup_checks import check_prediction
from tessella.domain.predictions.target import Target


@dataclass(frozen=True, slots=True)
class TrainingAsked:
    """Which prediction is trained, and on what."""

    prediction_id: PredictionId
    #: In place of the declared one; None: that one.
    source: str | None = None
    #: Nothing later is read; None: all that is stored.
    as_of: Instant | None = None


def read_training(written: Mapping[str, Json], *, now: Instant) -> TrainingAsked:
    """From a job's inputs. Raises `WrongShape`.

    >>> read_training({"prediction_id": "churn"}, now=Instant(0))
    TrainingAsked(prediction_id='churn', source=None, as_of=None)
    """
    prediction_id, source = written.get("prediction_id"), written.get("source")
    as_of = read_instant(written.get("as_of"), "/as_of")
    if not isinstance(prediction_id, str):
        raise WrongShape("/prediction_id", "Name the prediction to train.", 'Such as "churn".')
    if source is not None and not isinstance(source, str):
        raise WrongShape("/source", "A source is named: events, or a source of customers.")
    if as_of is not None and not 0 < as_of <= now:
        raise WrongShape("/as_of", "This moment is not in the past.", "Choose an earlier one, after 1970.")
    return TrainingAsked(PredictionId(prediction_id), source, as_of)


def setup_of(declared: Mapping[PredictionId, PredictionSetup], asked: TrainingAsked) -> PredictionSetup:
    """The prediction that is asked for. One that is called as a target needs no declaration, and has the usual windows.

    Raises `NoSuch`, and `Faults` where the source that was asked for lacks what the declaration leaves out.
    """
    setup = declared.get(asked.prediction_id) or _usual(asked.prediction_id)
    if asked.source is not None and asked.source != setup.source:
        setup = msgspec.structs.replace(setup, source=asked.source)
        check_prediction(setup, "")
    return setup


def _usual(prediction_id: PredictionId) -> PredictionSetup:
    if prediction_id not in {each.value for each in Target}:
        raise NoSuch("prediction", prediction_id)
    return PredictionSetup(prediction_id, Target(prediction_id))
