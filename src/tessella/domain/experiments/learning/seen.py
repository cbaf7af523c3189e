"""What units count for while rewards may still come, and what has been seen of a metric so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.counted import Column, Counted, counted
from tessella.domain.experiments.learning.arrival import Cohorts, arrived
from tessella.domain.experiments.learning.cells import Grid
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


@dataclass(frozen=True, slots=True, eq=False)
class MetricSeen:
    """What has come of one metric."""

    columns: Counted
    #: What a unit of each row counts for: 1 if it is old, less while its rewards may still come. Shape (rows,).
    counts_for: Column

    def summary(self, variants: int) -> MetricSummary:
        """All segments together."""
        cells = cells_of(self.columns, Rows((), ("",)), variants, self.counts_for)
        mean = cells.total.sum() / max(cells.units.sum(), 1.0)
        means = np.where(cells.units > 0, cells.total / np.maximum(cells.units, 1e-12), mean)[0]
        rewarded = float(self.columns.rewarded.sum())
        spread = variances(cells)[0] if rewarded >= ENOUGH_REWARDED else np.ones(variants)
        return MetricSummary(rewarded, tuple(means.tolist()), tuple(spread.tolist()))


def seen_of(experiment: Experiment, metric: Metric, tally: Tally, now: Instant) -> MetricSeen:
    """What has come of a metric, and how much more there is to come."""
    columns, rules = counted(tally, metric), attribution_of(experiment)
    is_mature = columns.is_mature(rules.mature_before(now))
    ages = np.where(is_mature, np.inf, middle_age(columns.cohort, rules.step_us, now))
    by_cohort, place = np.unique(ages, return_inverse=True)
    cohorts = Cohorts(
        _by_cohort(columns.units, columns, place), _by_cohort(columns.rewarded, columns, place), np.isinf(by_cohort)
    )
    units, rewarded = cohorts.units.sum(axis=1), float(columns.rewarded.sum())
    expected = rewarded / float(units.sum()) if rewarded >= ENOUGH_REWARDED else experiment.expected
    delays = tally.delays.get(metric.name, _NO_DELAYS)
    by_age = maturity(delays, Ages(by_cohort, units), rules.window_us, abs(expected)).share(by_cohort)
    return MetricSeen(columns, arrived(cohorts, by_age)[place])


def _by_cohort(counts: Column, columns: Counted, place: Column) -> Grid:
    shape = int(place.max(initial=-1)) + 1, int(columns.variant.max(initial=0)) + 1
    sums = np.bincount(place * shape[1] + columns.variant, counts, shape[0] * shape[1])
    return sums.astype(np.float64).reshape(shape)
