"""Which subject goes with which item, as sorted numbers: a set of pairs without a set for every subject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import NONE, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of a subject's place and an item's row, each once."""

    subjects: int
    items: int
    #: Ascending: place * items + row.
    keys: NDArray[np.int64]

    def counts(self) -> NDArray[np.int64]:
        """Shape (subjects,): how many items each subject has."""
        return np.bincount(self.keys // max(self.items, 1), minlength=self.subjects)

    def rows(self) -> Rows:
        """The item of each pair."""
        return (self.keys % max(self.items, 1)).astype(np.int32)

    def within(self, other: Pairs) -> Pairs:
        """The pairs that the other has too."""
        return Pairs(self.subjects, self.items, np.intersect1d(self.keys, other.keys, assume_unique=True))

    def without(self, other: Pairs) -> Pairs:
        """The pairs that the other has not."""
        return Pairs(self.subjects, self.items, np.setdiff1d(self.keys, other.keys, assume_unique=True))

    def holds(self, lists: Rows) -> NDArray[np.bool_]:
        """Of lists of shape (subjects, length), which places are a pair. `NONE` is none.

        >>> pairs_of(np.array([0, 1]), np.array([7, 9]), 2, 10).holds(np.array([[7, 9], [9, NONE]])).tolist()
        [[True, False], [True, False]]
        """
        keys = np.arange(self.subjects)[:, np.newaxis] * self.items + lists
        return np.asarray((lists != NONE) & np.isin(keys, self.keys))


def pairs_of(places: NDArray[np.integer], rows: NDArray[np.integer], subjects: int, items: int) -> Pairs:
    """The distinct pairs of events: the subject's place and the item's row of each."""
    return Pairs(subjects, items, np.unique(places.astype(np.int64) * items + rows))
