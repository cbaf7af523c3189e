"""What a prediction learns from."""

from __future__ import annotations

from tessella.domain.definitions import Definitions
from tessella.domain.definitions.predictions import given
from tessella.domain.errors import Faults
from tessella.domain.errors.training import NothingToLearn
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import FeatureName, SourceId
from tessella.domain.predictions.setup import EVENTS, PredictionSetup
from tessella.domain.predictions.training.default_features import default_features
from tessella.domain.predictions.training.readable import learnable, prediction_faults


def learned_from(definitions: Definitions, setup: PredictionSetup) -> dict[FeatureName, Feature]:
    """The features that it names; without any, all that its source gives and a model may read.

    Where no feature is computed from events, recency, frequency and spend are. Raises `NothingToLearn`, and `Faults`
    for a source or features that are not there.
    """
    given_by = given(definitions, setup)
    if faults := list(prediction_faults(setup, definitions.sources, definitions.features, given_by, "")):
        raise Faults(faults)
    readable = learnable(given_by)
    if setup.source == EVENTS and not readable:
        return default_features(setup.activity)
    chosen = {name: readable[name] for name in setup.features or _usual(definitions, setup, readable)}
    if not chosen:
        raise NothingToLearn(setup.prediction_id, setup.source)
    return chosen


def _usual(definitions: Definitions, setup: PredictionSetup, readable: dict[FeatureName, Feature]) -> list[FeatureName]:
    """All but the columns that say who it is, when it was, and what happened."""
    if setup.source == EVENTS:
        return list(readable)
    source = definitions.sources[SourceId(setup.source)]
    told = {source.key, source.updated_at, setup.label, setup.time}
    return [name for name, each in readable.items() if each.column_name not in told]
