"""Whom a model is about to learn from, as its inputs tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.setup import EVENTS, PredictionSetup
from tessella.domain.predictions.training.default_features import selected

_KIND: Final = {"kind": "days_since"}


def population_of(
    setup: PredictionSetup, read: Iterable[FeatureName], features: Mapping[FeatureName, Feature]
) -> Population | None:
    """Those who were active in `active_days`; None where no input says how long somebody has been silent."""
    if setup.source != EVENTS:
        return None
    recency = next((name for name in read if _tells_silence(features[name].kind or {}, setup)), None)
    return None if recency is None else Population(recency, setup.active_days)


def _tells_silence(kind: Mapping[str, Any], setup: PredictionSetup) -> bool:
    """Whether it counts the days since activity, or since any event: who is silent by that has not been active either.

    A window of the feature changes nothing: within it the days are the same.
    """
    without_window = {name: option for name, option in kind.items() if name != "window_days"}
    return without_window in (_KIND, {**_KIND, **selected(setup.activity)})
