"""Predict for one customer: churn, the next best offer, or the cell of RFM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.audiences.reading import sources_with
from tessella.domain.errors import WrongShape, shown
from tessella.domain.features.gate import Value
from tessella.domain.features.predicted import RFM_CELL
from tessella.domain.features.subject import Subject
from tessella.domain.identifiers import FeatureName, Instant, OfferId, SubjectId
from tessella.domain.predictions.prediction import (
    Churn,
    NextBestOffer,
    Prediction,
    RfmCell,
    prediction_of,
    rfm_of,
)
from tessella.domain.predictions.setup import Offer
from tessella.domain.predictions.target import TARGETS, PredictionType, Target
from tessella.domain.predictions.thresholds import Thresholds
from tessella.ports import Session
from tessella.ports.models import LoadedModel
from tessella.ports.predictions import KnownPrediction
from tessella.usecases.load_subject import load_subject
from tessella.usecases.predictions.served_models import served_model, thresholds_of

#: How long a prediction is given again, if its model and what it was made from have not changed.
FRESH_US: Final = 3_600_000_000
PLACEHOLDER: Final = "The model is a placeholder that was made from random numbers: what it says means nothing."
NOTHING_KNOWN: Final = "Nothing is known of this customer that it could be told from."
NOT_DECLARED: Final = f'The feature "{RFM_CELL}" is not declared: predictions write it for namespaces that declare it.'


@dataclass(frozen=True, slots=True)
class CustomerPrediction:
    """What is predicted of one customer. One who has opted out is answered like one of whom nothing is known."""

    customer_id: SubjectId
    type: PredictionType
    prediction: Prediction
    #: Of churn.
    thresholds: Thresholds | None
    #: None of RFM, which has no model.
    model_version: int | None
    #: The moment of the oldest of the values that are known of them; None where nothing was predicted.
    as_of: Instant | None
    #: Whether it was made from values that could not be read anew.
    stale: bool
    warning: str | None
    #: When it was predicted: up to an hour ago; None where nothing was.
    predicted_at: Instant | None = None


def read_type(written: str) -> PredictionType:
    """What can be asked for. Raises `WrongShape`.

    >>> read_type("rfm")
    <PredictionType.RFM: 'rfm'>
    """
    if written not in list(PredictionType):
        raise WrongShape("/type", f"{shown(written)} is not predicted.", f"One of {', '.join(PredictionType)}.")
    return PredictionType(written)


async def predict_customer(session: Session, subject_id: SubjectId, asked: PredictionType) -> CustomerPrediction:
    """What a model, or the last refresh, says of a customer.

    Source: requirement E, "ML Predictions for Segments". Raises `NoModel`, and what the session raises for a model that
    cannot be served.
    """
    target = TARGETS.get(asked)
    return await (_cell(session, subject_id) if target is None else _modelled(session, subject_id, asked, target))


async def _modelled(
    session: Session, subject_id: SubjectId, asked: PredictionType, target: Target
) -> CustomerPrediction:
    model, snapshot = await served_model(session, target), session.snapshot()
    names = [each.name for each in model.manifest.inputs]
    sources = sources_with(snapshot.sources.values(), names)
    subject = await load_subject(session, subject_id, {}, at=session.now(), sources=sources)
    values = {name: subject.features[name] for name in names if name in subject.features}
    made = _probabilities(session, model, subject, values) if values else None
    thresholds = thresholds_of(snapshot, model)
    return CustomerPrediction(
        customer_id=subject_id,
        type=asked,
        prediction=_told(made, thresholds, snapshot.definitions.offers),
        thresholds=thresholds,
        model_version=model.manifest.version,
        as_of=_as_of(subject, made) if made else None,
        stale=_is_stale(subject),
        warning=" ".join(_warnings(model, names, values)) or None,
        predicted_at=made.at if made else None,
    )


def _probabilities(
    session: Session, model: LoadedModel, subject: Subject, values: Mapping[FeatureName, Value]
) -> KnownPrediction:
    """What was said of the same values within the hour, or what is said now."""
    manifest, now = model.manifest, session.now()
    key = manifest.model_id, manifest.version, manifest.placeholder, subject.subject_id
    known = session.known_prediction(key)
    if known is None or known.values != values or not 0 <= now - known.at < FRESH_US:
        known = KnownPrediction(values, model.one(values), now)
        session.keep_prediction(key, known)
    return known


def _told(made: KnownPrediction | None, thresholds: Thresholds | None, offers: Mapping[OfferId, Offer]) -> Prediction:
    if made is None:
        return NextBestOffer() if thresholds is None else Churn()
    return prediction_of(made.probabilities, thresholds, offers)


async def _cell(session: Session, subject_id: SubjectId) -> CustomerPrediction:
    """What the last refresh has written."""
    subject = await load_subject(session, subject_id, {}, at=session.now(), sources=())
    cell = rfm_of(subject.features)
    is_told = cell != RfmCell()
    nothing = NOTHING_KNOWN if RFM_CELL in session.snapshot().schema else NOT_DECLARED
    return CustomerPrediction(
        customer_id=subject_id,
        type=PredictionType.RFM,
        prediction=cell,
        thresholds=None,
        model_version=None,
        as_of=subject.facts.predicted_at if is_told else None,
        stale=_is_stale(subject),
        warning=None if is_told else nothing,
        predicted_at=subject.facts.predicted_at if is_told else None,
    )


def _as_of(subject: Subject, made: KnownPrediction) -> Instant:
    """Where nothing is stored, the values are those of the moment."""
    return made.at if subject.facts.as_of is None else subject.facts.as_of


def _is_stale(subject: Subject) -> bool:
    return subject.facts.stale or subject.facts.row_is_stale


def _warnings(model: LoadedModel, names: Sequence[FeatureName], values: Mapping[FeatureName, Value]) -> Iterator[str]:
    if model.manifest.placeholder:
        yield PLACEHOLDER
    if model.manifest.warning and values:
        yield model.manifest.warning
    if not values:
        yield NOTHING_KNOWN
    elif missing := [name for name in names if name not in values]:
        yield f"Not known, so what was typical in the training stands for it: {', '.join(missing)}."
    if (population := model.manifest.population) and (guessed := population.of_one(values)):
        yield guessed
