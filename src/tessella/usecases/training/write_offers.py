"""What tells the next best offer, as a manifest and a file for each offer: a model, or a rate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from math import log
from typing import TYPE_CHECKING, Final

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, OfferId
from tessella.domain.predictions.inputs import Input, InputType
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.predictors.constant import constant
from tessella.domain.predictions.reliability import Method, Reliability
from tessella.usecases.training.trained import Training, Written

if TYPE_CHECKING:
    from tessella.domain.predictions.training.train_offers import TrainedOffers

RATE: Final = "rate"


def written_models(training: Training, trained: TrainedOffers, rates: Mapping[OfferId, float]) -> Written:
    """Models where there are some. `rates` has every offer; those without a model are told by theirs."""
    fitted = {f"offer-{at}.onnx": fit for at, fit in enumerate(trained.fits)}
    files = {name: training.write(fit.choice.chosen.fitted, trained.sample) for name, fit in fitted.items()}
    parts = [
        Part(name, _digest(files[name]), (fit.offer_id,), (fit.choice.chosen.reliability,))
        for name, fit in fitted.items()
    ]
    rest = {name: rate for name, rate in rates.items() if name not in {fit.offer_id for fit in trained.fits}}
    if rest:
        content = training.write(constant(trained.sample.shape[1]), trained.sample)
        of_rates = list(_of_rates(rest, content))
        parts += of_rates
        files |= {part.file: content for part in of_rates}
    manifest = Manifest(
        model_id=training.setup.prediction_id,
        version=0,
        target=training.setup.target,
        predictor=trained.predictor,
        inputs=trained.inputs,
        parts=tuple(parts),
        trained_at=training.session.now(),
        cut=trained.cut,
        card=trained.card,
        warning=_of_rest(rest),
    )
    return Written(manifest, files)


def unused_input(features: Mapping[FeatureName, Feature]) -> Input:
    """Something to read for a file that says the same of everybody: a file has an input."""
    chosen = min(features.values(), key=lambda each: (each.type is FeatureType.STRING, each.name))
    if chosen.type is FeatureType.STRING:
        return Input(chosen.name, InputType.CATEGORY, categories=("",))
    return Input(chosen.name)


def written_rates(training: Training, rates: Mapping[OfferId, float], unused: Input, warning: str) -> Written:
    """No models: nothing is said to differ between subjects. There is no card, as nothing was held out."""
    import numpy as np

    content = training.write(constant(1), np.zeros((1, 1), np.float32))
    parts, now = tuple(_of_rates(rates, content)), training.session.now()
    manifest = Manifest(
        model_id=training.setup.prediction_id,
        version=0,
        target=training.setup.target,
        predictor=RATE,
        inputs=(unused,),
        parts=parts,
        trained_at=now,
        cut=training.asked.as_of or now,
        warning=warning,
    )
    return Written(manifest, {part.file: content for part in parts})


def _of_rates(rates: Mapping[OfferId, float], content: bytes) -> Iterator[Part]:
    """Each says the same of everybody; its mapping to probabilities makes the offer's rate of that."""
    digest = _digest(content)
    for at, (name, rate) in enumerate(sorted(rates.items())):
        yield Part(f"rate-{at}.onnx", digest, (name,), (Reliability(Method.PLATT, 0.0, log(rate / (1 - rate))),))


def _of_rest(rest: Mapping[OfferId, float]) -> str:
    if not rest:
        return ""
    named = ", ".join(sorted(rest)[:10]) + (f" and {len(rest) - 10} more" if len(rest) > 10 else "")
    return f"Shown or accepted too seldom for a model, so told by their rate, alike for everybody: {named}."


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
