"""Conformal p-values within a cell: of a context, a number of days and an axis, or of all axes together."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import ceil, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.baselines import Array

#: The largest scores of a cell are kept one by one, and of the others those whose ranks differ by this part.
_EXACT: Final = 100
_STEP: Final = 1.02


@dataclass(frozen=True, slots=True)
class Cell:
    """How far ordinary days lie, from `days` of them."""

    days: int
    #: Some of the scores, ascending.
    scores: tuple[float, ...]
    #: How many scores are as large as that one or larger, and at last 0.
    ranks: tuple[int, ...]

    def told(self, score: float) -> tuple[float, float]:
        """The p-value of a score, and how surprising it is.

        p = (1 + how many scores are not smaller) / (1 + days), the share of ordinary days at least as far. A new
        ordinary day has a p-value of p or less with probability p at most (Vovk, Gammerman and Shafer 2005; Mondrian,
        as the cell is of one context). A score between two that were kept counts as just above the lower one, so p is
        never too small, and at most 2 % too large.

        The surprise is -ln p without steps: even between scores, and beyond the largest as steep as over the largest
        tenth. It makes axes comparable; what is made of it has a cell of its own, so nothing rests on its shape.

        >>> cell_of(np.arange(1.0, 100.0)).told(95.0)[0]
        0.06
        """
        at, every = bisect_left(self.scores, score), 1 + self.days
        if at == 0:
            return 1.0, 0.0
        if at == len(self.scores):
            return self.ranks[-1] / every, self._beyond(score)
        lower, rank = self.scores[at - 1], self.ranks[at - 1]
        part = (score - lower) / (self.scores[at] - lower)
        return rank / every, log(every / rank) + part * log(rank / self.ranks[at])

    def surprises(self, scores: Array) -> Array:
        """The surprises of the scores that the cell was made of, and of others up to the largest of them."""
        knots = np.log((1 + self.days) / np.array(self.ranks)) if self.ranks else np.zeros(1)
        return np.interp(scores, self.scores or (0.0,), knots, left=0.0)

    def _beyond(self, score: float) -> float:
        last, ranks = self.scores[-1], self.ranks
        at = next(place for place, rank in enumerate(ranks) if rank <= ceil(self.days / 10))
        rise, run = log(ranks[at] / ranks[-1]), last - self.scores[at]
        return log((1 + self.days) / ranks[-1]) + (score - last) * (rise / run if run > 0 else 1.0)


#: Of a context in which no day was seen: nothing there is unusual.
EMPTY: Final = Cell(0, (), ())


def cell_of(scores: Array) -> Cell:
    """The cell of ordinary days with these scores, which are finite."""
    if not len(scores):
        return EMPTY
    ascending = np.sort(scores)
    kept = np.unique(ascending[len(ascending) - _ranks(len(ascending))])
    larger = len(ascending) - np.searchsorted(ascending, kept, side="left")
    return Cell(len(ascending), tuple(kept.tolist()), tuple(larger.tolist()))


def _ranks(days: int) -> NDArray[np.int64]:
    """Which of the largest are kept, counted from the largest as 1; the smallest is always one of them."""
    steps = max(0, ceil(log(days / _EXACT) / log(_STEP))) if days > _EXACT else 0
    spread = _EXACT * _STEP ** np.arange(1, steps + 1)
    return np.unique(np.minimum(np.concatenate([np.arange(1, _EXACT + 1), spread.astype(np.int64)]), days))
