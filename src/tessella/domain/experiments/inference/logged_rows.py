"""From what was counted and the policies that it was drawn by to the rows that inference reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.counted import Column, Counted, counted
from tessella.domain.experiments.inference.foreknown import Foreknown, Side, foreknown_further, foreknown_primary
from tessella.domain.experiments.inference.logged import Logged, Numbers
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import Metric
from tessella.domain.experiments.tally import MERGED, PublishedPolicy, Tally
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which units are read."""

    #: Those of cohorts that began before; None: all. Rewards are read of mature units only.
    before: Instant | None = None
    #: Those of one level of the tally's dimension; None: all.
    level: str | None = None
    side: Side = Side.BOTH


EVERYBODY: Final = Chosen()


@dataclass(frozen=True, slots=True, eq=False)
class LoggedRows:
    """What was logged, and what else is known of each of its rows."""

    logged: Logged
    #: Shape (rows,): the segment's key, and the policy's version.
    segment: Column
    version: Column
    #: Shape (rows, variants): what was expected of each variant over all segments, and the variance of a reward, up to
    #: a factor that all rows have in common.
    overall: Numbers
    variances: Numbers

    def of_segment(self, key: str) -> LoggedRows:
        """The rows of one segment."""
        return self.where(self.segment == key)

    def where(self, rows: NDArray[np.bool_]) -> LoggedRows:
        """Some of the rows."""
        logged = Logged(*(getattr(self.logged, each.name)[rows] for each in fields(Logged)))
        return LoggedRows(logged, self.segment[rows], self.version[rows], self.overall[rows], self.variances[rows])


def logged_from(
    experiment: Experiment,
    tally: Tally,
    policies: Sequence[PublishedPolicy],
    metric: Metric,
    chosen: Chosen = EVERYBODY,
) -> LoggedRows:
    """A row for each policy version, segment and variant that units were assigned by.

    Raises `KeyError` on a version that is not among `policies`.
    """
    columns = counted(tally, metric)
    return logged_rows(experiment, columns.where(_rows(columns, chosen)), policies, metric, chosen.side)


def logged_rows(
    experiment: Experiment,
    columns: Counted,
    policies: Sequence[PublishedPolicy],
    metric: Metric,
    side: Side = Side.BOTH,
) -> LoggedRows:
    """The same of columns, all of which are read."""
    version, segment, variant, number = _places(columns)
    known = _foreknown(experiment, metric, policies, version, segment, side)
    amounts = (columns.units, columns.rewarded, columns.total, columns.squares)
    sums = [np.bincount(number, each, len(variant)).astype(np.float64) for each in amounts]
    logged = Logged(variant, sums[0], sums[1], sums[2], sums[3], known.propensities, known.means)
    return LoggedRows(logged, segment, version, known.overall, known.variances)


def _places(columns: Counted) -> tuple[Column, Column, Column, Column]:
    """The version, segment and variant of each row there will be, and the number of it for each of the columns."""
    places = list(zip(columns.version.tolist(), columns.segment.tolist(), columns.variant.tolist(), strict=True))
    numbers = {place: number for number, place in enumerate(sorted(set(places)))}
    version, segment, variant = zip(*numbers, strict=True) if numbers else ((), (), ())
    number = np.array([numbers[each] for each in places], dtype=np.int64)
    whole = np.array(version, dtype=np.int64), np.array(variant, dtype=np.int64)
    return whole[0], np.array(segment, dtype=object), whole[1], number


def _foreknown(
    experiment: Experiment,
    metric: Metric,
    policies: Sequence[PublishedPolicy],
    version: Column,
    segment: Column,
    side: Side,
) -> Foreknown:
    """Of each row, whose versions are sorted."""
    by_version = {each.policy.version: each for each in policies}
    foreknown = foreknown_primary if metric == experiment.primary else foreknown_further
    versions, starts = np.unique(version, return_index=True)
    parts = [
        foreknown(by_version[each], metric, keys.tolist(), side)
        for each, keys in zip(versions.tolist(), np.split(segment, starts[1:]), strict=True)
    ]
    nothing = np.zeros((0, len(experiment.variants)))
    return Foreknown(*(
        np.concatenate([nothing, *(getattr(part, each.name) for part in parts)]) for each in fields(Foreknown)
    ))  # fmt: skip


def _rows(columns: Counted, chosen: Chosen) -> Column:
    rows = np.ones(len(columns.units), dtype=bool)
    if chosen.before is not None:
        rows &= (columns.cohort < chosen.before) | (columns.cohort == MERGED)
    if chosen.level is not None:
        rows &= columns.level == chosen.level
    if chosen.side is not Side.BOTH:
        rows &= columns.in_holdout == (chosen.side is Side.HOLDOUT)
    return rows
