"""What units count for while rewards may still come, and what has been seen of a metric so far."""

from __future__ import annotations

from typing import Final

import numpy as np

from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.counted import Column, Counted, counted
from tessella.domain.experiments.learning.laplace import variances
from tessella.domain.experiments.learning.maturity import Ages, maturity, middle_age
from tessella.domain.experiments.learning.rows import Rows, cells_of
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import Metric
from tessella.domain.experiments.tally import MetricSummary, Tally
from tessella.domain.identifiers import Instant

#: From so many rewarded units on, the reward that is expected of any unit is that of the units so far.
ENOUGH_REWARDED: Final = 50.0
_NO_DELAYS: Final = (0.0,) * 32


def summary_of(experiment: Experiment, metric: Metric, tally: Tally, now: Instant) -> MetricSummary:
    """A metric over all segments."""
    columns = counted(tally, metric)
    count = len(experiment.variants)
    cells = cells_of(columns, Rows((), ("",)), count, counts_for(experiment, metric, columns, tally, now))
    mean = cells.total.sum() / max(cells.units.sum(), 1.0)
    means = np.where(cells.units > 0, cells.total / np.maximum(cells.units, 1e-12), mean)[0]
    rewarded = float(columns.rewarded.sum())
    spread = variances(cells)[0] if rewarded >= ENOUGH_REWARDED else np.ones(count)
    return MetricSummary(rewarded, tuple(means.tolist()), tuple(spread.tolist()))


def counts_for(experiment: Experiment, metric: Metric, columns: Counted, tally: Tally, now: Instant) -> Column:
    """What each row's units count for: 1 for old ones, less for those whose rewards may still come."""
    rules = attribution_of(experiment)
    ages = middle_age(columns.cohort, rules.step_us, now)
    by_cohort, place = np.unique(ages, return_inverse=True)
    units = np.bincount(place, columns.units, len(by_cohort)).astype(np.float64)
    everybody = units.sum()
    expected = columns.rewarded.sum() / everybody if columns.rewarded.sum() >= ENOUGH_REWARDED else experiment.expected
    delays = tally.delays.get(metric.name, _NO_DELAYS)
    return maturity(delays, Ages(by_cohort, units), rules.window_us, abs(float(expected))).share(ages)
