"""Own history: what a subject bought before, each item by how often and how lately."""

from __future__ import annotations

from typing import Final

import numpy as np

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.rows.weighted_rows import NOTHING, WeightedRows, heaviest, summed
from tessella.domain.ranking.subject.history import HISTORY_LENGTH, History

#: How much bought makes a half.
HALF_AT: Final = 3.0


def own_items(history: History, items: int, half_life_days: float, now: Instant) -> WeightedRows:
    """The items bought, the strongest first, each above 0 and below 1.

    own(i) = b(i) / (b(i) + 3), where b(i) is the sum over purchases of i of weight / (1 + age / half-life). It is not
    divided by the subject's largest: who bought little is told more by what is popular. The weight of a purchase falls
    to a half as fast as an exponential one would, and slower from there on: what was bought regularly stays.
    """
    bought = history.purchased
    if not bought.any():
        return NOTHING
    ages = np.maximum(now - history.times[bought], 0) / (half_life_days * DAY_US)
    found = heaviest(
        summed(WeightedRows(history.rows[bought], history.weights[bought] / (1 + ages)), items), HISTORY_LENGTH
    )
    return WeightedRows(found.rows, found.weights / (found.weights + HALF_AT))
