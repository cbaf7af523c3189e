"""Which rows are learned from, which ones choose, and which ones say how good it is.

Nothing of the test is seen before the model is chosen. The rest is held out in folds: each fold learns from some rows
and is judged on others, in time on later ones. The chosen model learns from all rows but the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.errors import ConstantTarget, SingleClass, TooFewOfAClass, TooFewRows
from tessella.domain.predictions.training.table import Rows, Table

LEAST_ROWS: Final = 100
LEAST_OF_A_CLASS: Final = 10
#: Fewer moments cannot tell train, validation and test apart in time.
LEAST_MOMENTS: Final = 3
#: So many moments or fewer are the cuts of a history, and each is a period of its own.
MOST_CUTS: Final = 24
#: More moments are those of single rows, and fall into so many periods with as many rows each. By chance: folds.
PERIODS: Final = 5
#: So many of the last periods before the test are held out in turn.
HELD_OUT: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Places of rows, ascending."""

    fit: Rows
    held_out: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Folds of all rows but the test."""

    folds: tuple[Fold, ...]
    test: Rows
    #: Whether what is held out and the test are later than what is learned from.
    in_time: bool

    @property
    def held_out(self) -> Rows:
        """What is held out in any fold, fold by fold."""
        return np.concatenate([fold.held_out for fold in self.folds])

    @property
    def development(self) -> Rows:
        """All rows but the test, ascending."""
        return np.unique(np.concatenate([rows for fold in self.folds for rows in (fold.fit, fold.held_out)]))


def split_of(table: Table, seed: int = 0) -> Split:
    """By time; by chance, every subject in one part and both classes alike, where the table has fewer than 3 moments.

    Raises `TooFewRows`, `ConstantTarget`, and `SingleClass` or `TooFewOfAClass` of a part.
    """
    _check(table.positive)
    moments = np.unique(table.cut)
    if len(moments) < LEAST_MOMENTS:
        return by_chance(table, _chance_periods(table, np.arange(len(table)), seed) == PERIODS - 1, seed)
    return _by_time(table.positive, _time_periods(table.cut, moments))


def by_chance(table: Table, test: NDArray[np.bool_], seed: int = 0) -> Split:
    """The test as it is given, true for its rows; each fold holds out a fifth of the others."""
    rest = np.flatnonzero(~test)
    periods = _chance_periods(table, rest, seed)
    folds = tuple(Fold(rest[periods != each], rest[periods == each]) for each in range(PERIODS))
    return _checked(Split(folds, np.flatnonzero(test), in_time=False), table.positive)


def _by_time(positive: NDArray[np.bool_], periods: Rows) -> Split:
    last = int(periods.max())
    folds = [
        Fold(np.flatnonzero(periods < each), np.flatnonzero(periods == each))
        for each in range(max(1, last - HELD_OUT), last)
    ]
    # The first periods may have seen too little. What is held out last has to do.
    enough = [fold for fold in folds if _is_enough(positive[fold.fit]) and _is_enough(positive[fold.held_out])]
    return _checked(Split(tuple(enough or folds[-1:]), np.flatnonzero(periods == last), in_time=True), positive)


def _time_periods(cut: NDArray[np.int64], moments: NDArray[np.int64]) -> Rows:
    """The period of each row, from 0, rising with time; rows of one moment share one."""
    if len(moments) <= MOST_CUTS:
        return np.searchsorted(moments, cut)
    edges = np.quantile(cut, np.arange(1, PERIODS) / PERIODS, method="higher")
    return np.unique(np.searchsorted(edges, cut, side="right"), return_inverse=True)[1]


def _chance_periods(table: Table, rows: Rows, seed: int) -> Rows:
    """A number from 0 to 4 for each of `rows`, alike among subjects with and without a positive row."""
    owner = np.unique(table.subject[rows], return_inverse=True)[1]
    ever = np.bincount(owner, table.positive[rows]) > 0
    return stratified(ever, PERIODS, seed)[owner]


def stratified(positive: NDArray[np.bool_], parts: int, seed: int) -> Rows:
    """A part for each row by chance, from 0, of equal counts in both classes, give or take one."""
    random = np.random.default_rng(seed)
    part = np.empty(len(positive), np.int64)
    for each in (False, True):
        places = random.permutation(np.flatnonzero(positive == each))
        part[places] = np.arange(len(places)) % parts
    return part


def _check(positive: NDArray[np.bool_]) -> None:
    if len(positive) < LEAST_ROWS:
        raise TooFewRows(len(positive), LEAST_ROWS)
    if positive.all() or not positive.any():
        raise ConstantTarget(len(positive), "positive" if positive.all() else "negative")


def _is_enough(positive: NDArray[np.bool_]) -> bool:
    return int(np.bincount(positive, minlength=2).min()) >= LEAST_OF_A_CLASS


def _checked(split: Split, positive: NDArray[np.bool_]) -> Split:
    fits = [("training", fold.fit) for fold in split.folds]
    for part, rows in (*fits, ("validation", split.held_out), ("test", split.test)):
        found = {"positive": int(positive[rows].sum()), "negative": int((~positive[rows]).sum())}
        rare = min(found, key=found.__getitem__)
        if not found[rare]:
            raise SingleClass(part, len(rows), "negative" if rare == "positive" else "positive")
        if found[rare] < LEAST_OF_A_CLASS:
            raise TooFewOfAClass(part, len(rows), found[rare], rare, LEAST_OF_A_CLASS)
    return split
