"""Which declared features a prediction may learn from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from tessella.domain.errors import TessellaError, UnknownReference, WrongShape
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Pointer, SourceId, nearest, point
from tessella.domain.predictions.setup import EVENTS, PredictionSetup

#: A moment says more with each day that passes, and a list has no one value: no model reads these.
LEARNABLE: Final = frozenset({FeatureType.STRING, FeatureType.NUMBER, FeatureType.INTEGER, FeatureType.BOOLEAN})


def learnable(features: Mapping[FeatureName, Feature]) -> dict[FeatureName, Feature]:
    """The features that a model may read: none that is personal, a moment, or a list.

    >>> learnable({FeatureName("email"): Feature(FeatureName("email"), FeatureType.STRING, personal=True)})
    {}
    """
    return {name: each for name, each in sorted(features.items()) if not each.personal and each.type in LEARNABLE}


def prediction_faults(
    setup: PredictionSetup,
    sources: Collection[SourceId],
    features: Mapping[FeatureName, Feature],
    given: Mapping[FeatureName, Feature],
    at: Pointer,
) -> Iterator[TessellaError]:
    """The source exists, and so does each feature; the source gives it, and a model may read it.

    `given` are the features that the prediction's source gives.
    """
    if setup.source != EVENTS and setup.source not in sources:
        yield UnknownReference(point(at, "source"), "source", setup.source, nearest(setup.source, (EVENTS, *sources)))
        return
    readable = learnable(given)
    for index, name in enumerate(setup.features):
        where = point(at, "features", index)
        if name not in features:
            yield UnknownReference(where, "feature", name, nearest(name, readable or features))
        elif name not in readable:
            yield WrongShape(where, f'No model may read "{name}" here: {_reason(setup, features[name], given)}.')


def _reason(setup: PredictionSetup, feature: Feature, given: Mapping[FeatureName, Feature]) -> str:
    if feature.personal:
        return "it is personal data"
    if feature.name in given:
        return f"it is a {feature.type}"
    return "it is not computed from events" if setup.source == EVENTS else f'the source "{setup.source}" has it not'
