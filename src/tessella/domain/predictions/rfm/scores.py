"""Recency, frequency and monetary value: scores 1 to 5 of each, and the cell that they fall in."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.errors.value import NobodyToScore
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.rfm.cells import cells
from tessella.domain.predictions.rfm.quintiles import FEWEST_DISTINCT, FEWEST_SUBJECTS, FIFTHS, Quintiles, quintiles_of

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RfmTable:
    """What subjects did, as of a moment, an entry a subject; NaN where nothing is known."""

    #: Days of 24 h since the last purchase, 0 or more.
    recency_days: Values
    #: How many purchases, 0 or more.
    frequency: Values
    #: What they came to; below 0 where more was given back than bought.
    monetary: Values

    def known(self) -> NDArray[np.bool_]:
        """Who has all three, finite, and none of the first two below 0."""
        finite = np.isfinite(self.recency_days) & np.isfinite(self.frequency) & np.isfinite(self.monetary)
        return np.asarray(finite & (self.recency_days >= 0) & (self.frequency >= 0))


class RfmReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The population that subjects are compared with."""

    as_of: Instant
    #: How many it had, and how many were left out because one of the three was not known.
    subjects: int
    left_out: int
    #: Cut points of days since the last purchase, where few days are good.
    recency: Quintiles
    frequency: Quintiles
    monetary: Quintiles

    def many(self, table: RfmTable) -> NDArray[np.int64]:
        """The scores of subjects whose three are finite, 5 the best, in the shape (subjects, 3), recency first."""
        recency = FIFTHS + 1 - self.recency.many(table.recency_days)
        return np.stack([recency, self.frequency.many(table.frequency), self.monetary.many(table.monetary)], axis=1)

    def cells(self, table: RfmTable) -> NDArray[np.int64]:
        """Where the cell of each stands in `CELLS`."""
        return cells(self.many(table))

    def warnings(self) -> list[str]:
        """What makes the scores say less than they seem to, in sentences."""
        told = [
            f"Only {each.distinct} different values of {name}: some scores of it are given to nobody."
            for name, each in (("recency", self.recency), ("frequency", self.frequency), ("money", self.monetary))
            if each.distinct < FEWEST_DISTINCT
        ]
        if self.subjects < FEWEST_SUBJECTS:
            told.insert(0, f"Only {self.subjects} subjects are compared: a fifth of them is fewer than five.")
        return told


def reference_of(table: RfmTable, as_of: Instant) -> RfmReference:
    """The population's cut points; subjects of whom one of the three is not known are left out.

    Raises `NobodyToScore` where that leaves none.
    """
    known = table.known()
    if not known.any():
        raise NobodyToScore(len(known))
    columns = (table.recency_days, table.frequency, table.monetary)
    recency, frequency, monetary = (quintiles_of(each[known]) for each in columns)
    subjects = int(known.sum())
    return RfmReference(as_of, subjects, len(known) - subjects, recency, frequency, monetary)
