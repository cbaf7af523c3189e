"""Scores 1 to 5 by fifths of a population, and the cut points that keep them for later."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

FIFTHS: Final = 5
#: With fewer, a fifth holds less than five subjects, or some score is given to nobody.
FEWEST_SUBJECTS: Final = 25
FEWEST_DISTINCT: Final = FIFTHS


class Quintiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cut points of one measure: a value scores 1, and one more for each of them that it is above."""

    #: Rising; equal ones where a score was given to nobody.
    above: tuple[float, float, float, float]
    #: How many different values the population had.
    distinct: int

    def many(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """The scores of finite values, 1 to 5.

        >>> Quintiles((1.0, 2.0, 2.0, 8.0), distinct=5).many(np.array([1.0, 3.0])).tolist()
        [1, 4]
        """
        return 1 + np.searchsorted(np.asarray(self.above), values, side="left").astype(np.int64)


def quintiles_of(values: NDArray[np.float64]) -> Quintiles:
    """The cut points of a population: finite values, one a subject, at least one.

    A value's place is its mid-rank: the share of the population below it and half of the share that has it, 0 to 1.
    Its score is the fifth that the place lies in. So equal values score the same, five hundred different values give
    a hundred subjects to each score, and a measure that is the same for all says nothing and gives everybody a 3.

    >>> quintiles_of(np.array([1.0, 1.0, 1.0, 2.0, 7.0])).many(np.array([0.0, 1.0, 2.0, 7.0])).tolist()
    [1, 2, 4, 5]
    """
    distinct, counts = np.unique(values, return_counts=True)
    doubled_midranks = 2 * counts.cumsum() - counts
    scores = -(-FIFTHS * doubled_midranks // (2 * len(values)))
    firsts = np.searchsorted(scores, np.arange(2, FIFTHS + 1), side="left")
    lower = np.concatenate(([np.nextafter(distinct[0], -np.inf)], distinct))
    first, second, third, fourth = lower[firsts].tolist()
    return Quintiles((first, second, third, fourth), len(distinct))
