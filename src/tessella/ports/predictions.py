"""Predictions that were made lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Instant


@dataclass(frozen=True, slots=True)
class KnownPrediction:
    """What a model said of one subject, and from what."""

    values: Mapping[FeatureName, Value]
    #: Of each output of the model.
    probabilities: Mapping[str, float]
    at: Instant
