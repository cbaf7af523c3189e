"""Predictions that were made lately."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from tessella.ports.predictions import KnownPrediction


class Predictions(Protocol):
    """Predictions of this namespace in the memory of this process."""

    def known_prediction(self, key: Hashable) -> KnownPrediction | None:
        """The prediction that was kept under a key, if audiences were not calculated anew since."""
        ...

    def keep_prediction(self, key: Hashable, known: KnownPrediction) -> None:
        """Remember a prediction. The key holds the model and the subject."""
        ...
