"""From what was counted and the policies that it was drawn by to the rows that inference reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.counted import Column, Counted, counted
from tessella.domain.experiments.inference.logged.foreknown import Foreknown, foreknown_of
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import Metric
from tessella.domain.experiments.tally import PublishedPolicy, Tally
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True, eq=False)
class LoggedRows:
    """What was logged, and what else is known of each of its rows. All columns have the shape (rows,)."""

    logged: Logged
    level: Column
    segment: Column
    in_holdout: Column
    #: Whether all rewards have come: only of such units rewards may be compared.
    is_mature: Column
    foreknown: Foreknown

    def where(self, rows: NDArray[np.bool_]) -> LoggedRows:
        """Some of the rows."""
        level, segment, side, mature = (
            each[rows] for each in (self.level, self.segment, self.in_holdout, self.is_mature)
        )
        return LoggedRows(self.logged.where(rows), level, segment, side, mature, self.foreknown.where(rows))

    def mature(self) -> LoggedRows:
        """The rows whose rewards have all come."""
        return self.where(self.is_mature)

    def of_side(self, *, in_holdout: bool) -> LoggedRows:
        """The units of the holdout, or the others, as they were drawn there."""
        side = self.where(self.in_holdout == in_holdout)
        known = side.foreknown
        return replace(side, logged=replace(side.logged, propensities=known.uniform if in_holdout else known.learned))


def logged_from(
    experiment: Experiment,
    tally: Tally,
    policies: Sequence[PublishedPolicy],
    metric: Metric,
    mature_before: Instant,
) -> LoggedRows:
    """Rows of units that were assigned alike. Cohorts that begin before `mature_before` are mature.

    Raises `KeyError` on a policy version that is not among `policies`.
    """
    columns = counted(tally, metric)
    is_mature = columns.is_mature(mature_before)
    first, number = _alike(columns, is_mature)
    version, segment = columns.version[first], columns.segment[first]
    known = foreknown_of(experiment, metric, policies, version, segment)
    amounts = (columns.units, columns.rewarded, columns.total, columns.squares)
    sums = [np.bincount(number, each, len(first)).astype(np.float64) for each in amounts]
    logged = Logged(columns.variant[first], sums[0], sums[1], sums[2], sums[3], known.propensities, known.means)
    return LoggedRows(logged, columns.level[first], segment, columns.in_holdout[first], is_mature[first], known)


def _alike(columns: Counted, is_mature: Column) -> tuple[Column, Column]:
    """Where each row that there will be is found first, by version; and the number of its row for each column."""
    places = (
        columns.version, _numbers(columns.segment), _numbers(columns.level), columns.variant, columns.in_holdout,
        is_mature,
    )  # fmt: skip
    key = np.zeros(len(is_mature), dtype=np.int64)
    for place in places:
        key = key * (int(place.max(initial=0)) + 1) + place
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return first, number


def _numbers(texts: Column) -> Column:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(each, len(numbers)) for each in texts], dtype=np.int64)
