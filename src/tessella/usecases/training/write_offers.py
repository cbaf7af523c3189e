"""What tells the next best offer, as a manifest and a file for each offer: a model, or a rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log
from typing import TYPE_CHECKING, Final

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, OfferId
from tessella.domain.predictions.inputs import Input, InputType
from tessella.domain.predictions.manifest import Part, part_of
from tessella.domain.predictions.offers.evidence import first_of
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
        part_of(name, files[name], (fit.offer_id,), (fit.choice.chosen.reliability,)) for name, fit in fitted.items()
    ]
    rest = {name: rate for name, rate in rates.items() if name not in {fit.offer_id for fit in trained.fits}}
    if rest:
        content = training.write(constant(trained.sample.shape[1]), trained.sample)
        of_rates = list(_of_rates(rest, content))
        parts += of_rates
        files |= {part.file: content for part in of_rates}
    told = trained.cut, trained.card, _of_rest(rest)
    predictor = f"{trained.predictor}, {RATE}" if rest else trained.predictor
    return Written(training.manifest(predictor, trained.inputs, tuple(parts), *told), files)


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
    parts, cut = tuple(_of_rates(rates, content)), training.asked.as_of or training.session.now()
    manifest = training.manifest(RATE, (unused,), parts, cut, warning=warning)
    return Written(manifest, {part.file: content for part in parts})


def _of_rates(rates: Mapping[OfferId, float], content: bytes) -> Iterator[Part]:
    """Each says the same of everybody; its mapping to probabilities makes the offer's rate of that."""
    for at, (name, rate) in enumerate(sorted(rates.items())):
        same = Reliability(Method.PLATT, 0.0, log(rate / (1 - rate)))
        yield part_of(f"rate-{at}.onnx", content, (name,), (same,))


def _of_rest(rest: Mapping[OfferId, float]) -> str:
    if not rest:
        return ""
    return f"{first_of(sorted(rest))}: shown or accepted too seldom for a model, so told by rate, alike for everybody."
