"""A tally of one metric as columns, for sums over many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.setup.metric import Metric, Reward
from tessella.domain.experiments.tally import MERGED, RewardCell, Tally, UnitCell
from tessella.domain.identifiers import Instant

Column = NDArray[Any]

_PLACE = attrgetter("level", "segment_key", "policy_version", "in_holdout", "variant", "cohort")
_AMOUNTS = attrgetter("rewarded", "total", "squares")
_UNITS = attrgetter("units")


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Rows of units, which have no rewards, and rows of rewards, which have no units: only sums of them say something.

    Each column has the shape (rows,). See `UnitCell` and `RewardCell` for what they are.
    """

    level: Column
    segment: Column
    version: Column
    in_holdout: Column
    variant: Column
    cohort: Column
    units: Column
    rewarded: Column
    total: Column
    squares: Column

    def where(self, rows: NDArray[np.bool_]) -> Self:
        """Some of the rows."""
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def is_mature(self, before: Instant) -> NDArray[np.bool_]:
        """Of which rows all rewards have come: cohorts that begin before a moment, and those that are merged."""
        mature: NDArray[np.bool_] = (self.cohort < before) | (self.cohort == MERGED)
        return mature


def counted(tally: Tally, metric: Metric) -> Counted:
    """The units of a tally, and their rewards by one metric. Who is rewarded by a binary one is rewarded 1."""
    rewards = [each for each in tally.rewards if each.metric == metric.name]
    amounts = _matrix([_AMOUNTS(each) for each in rewards])
    if metric.reward is Reward.BINARY:
        amounts = amounts[:, [0, 0, 0]]
    units = np.concatenate([[float(_UNITS(each)) for each in tally.units], np.zeros(len(rewards))])
    amounts = np.concatenate([np.zeros((len(tally.units), 3)), amounts])
    return Counted(*_places([*tally.units, *rewards]), units, amounts[:, 0], amounts[:, 1], amounts[:, 2])


def _places(cells: Sequence[UnitCell | RewardCell]) -> tuple[Column, Column, Column, Column, Column, Column]:
    level, segment, version, in_holdout, variant, cohort = zip(*map(_PLACE, cells), strict=True) if cells else [()] * 6
    numbers = [np.array(each, dtype=np.int64) for each in (version, variant, cohort)]
    return _texts(level), _texts(segment), numbers[0], np.array(in_holdout, dtype=bool), numbers[1], numbers[2]


def _texts(values: Sequence[str]) -> Column:
    return np.array(values, dtype=object)


def _matrix(rows: Sequence[tuple[float, float, float]]) -> NDArray[np.float64]:
    return np.array(rows, dtype=np.float64).reshape(-1, 3)
