"""Own history: what a subject bought before, each item by how often and how lately."""

from __future__ import annotations

import numpy as np

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.candidates import NOTHING, WeightedRows, heaviest, scaled, summed
from tessella.domain.ranking.history import HISTORY_LENGTH, History
from tessella.domain.ranking.signals.decay import decayed


def own_items(history: History, items: int, half_life_days: float, now: Instant) -> WeightedRows:
    """The items bought, the strongest first. The strongest has 1.

    own(i) = log(1 + bought(i)) / log(1 + the largest bought), where bought(i) is the sum over purchases of i of
    weight * 2 ** (-age / half-life).
    """
    bought = history.purchased
    if not bought.any():
        return NOTHING
    weights = decayed(history.weights[bought], history.times[bought], now, half_life_days)
    found = heaviest(summed(WeightedRows(history.rows[bought], weights), items), HISTORY_LENGTH)
    return WeightedRows(found.rows, scaled(np.log1p(found.weights)))
