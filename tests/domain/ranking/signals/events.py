"""Events for the tests of the signals."""

import numpy as np

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.signals.interactions import interactions_of

NOW = Instant(100 * DAY_US)


def events(*each, weights=None, purchased=None, **options):
    """Purchases of weight 1 from (subject, row, time) or (subject, row, time, basket)."""
    columns = np.array(each, np.int64).reshape(len(each), -1).T if each else np.empty((3, 0), np.int64)
    weights = np.ones(len(each)) if weights is None else np.array(weights)
    purchased = np.ones(len(each), np.bool_) if purchased is None else np.array(purchased)
    baskets = columns[3] if len(columns) > 3 else None
    return interactions_of(*columns[:3], weights, purchased, baskets=baskets, **options)


def some_events(seed, count, *, subjects=30, items=20, days=100):
    """Random events of the last `days`, popular items more often."""
    random = np.random.default_rng(seed)
    rows = np.minimum(random.zipf(1.3, count) - 1, items - 1)
    times = NOW - random.integers(0, days * DAY_US, count)
    weights = random.choice([1.0, 0.5, 0.1], count)
    return interactions_of(random.integers(0, subjects, count), rows, times, weights, weights == 1.0)
