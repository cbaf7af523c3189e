"""What is counted of probabilities, by what a model tells."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tessella.domain.predictions.offers.best import best_offers
from tessella.domain.predictions.segment.counting import count_names, count_risks
from tessella.domain.predictions.segment.members import outputs_of
from tessella.domain.predictions.segment.scoring import ScoringModel
from tessella.domain.predictions.segment.stats import ChurnStats, Distribution, Stats
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.thresholds import Thresholds


class Counter(Protocol):
    """Reads what matters of many members, and counts it for some of them."""

    def read(self, probabilities: NDArray[np.float64]) -> NDArray[Any]:
        """An entry a member, from the shape (members, outputs)."""
        ...

    def count(self, read: NDArray[Any]) -> Stats:
        """The stats of these entries."""
        ...


class RiskCounter:
    """Counts risks of churn."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds

    def read(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of churn."""
        return probabilities[:, 0]

    def count(self, read: NDArray[np.float64]) -> ChurnStats:
        """How many are at which risk."""
        return count_risks(read, self._thresholds)


class OfferCounter:
    """Counts best offers."""

    def __init__(self, model: ScoringModel) -> None:
        outputs = outputs_of(model.manifest)
        self._names = sorted(set(outputs) & set(model.worth))
        self._places = [outputs.index(each) for each in self._names]
        self._worth = np.array([model.worth[each] for each in self._names])

    def read(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        """The place of the best offer; -1 where none may be made."""
        return best_offers(probabilities[:, self._places], self._worth)

    def count(self, read: NDArray[np.int64]) -> Distribution:
        """How many times each is the best."""
        return count_names(read, self._names)


def counter_of(model: ScoringModel) -> Counter:
    """What counts the answers of a model."""
    if model.manifest.target is Target.CHURN:
        return RiskCounter(model.thresholds)
    return OfferCounter(model)
