"""How much shorter contexts are described when their cluster is told first: what clusters say of contexts.

A cluster that only repeats a field costs as much as it saves, and where all fields are independent of one another
nothing is saved by any cut. So groups are there where this is above 0, and the best cut saves most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Self

import numpy as np

from tessella.domain.experiments.clusters.columns import OF_CLOCK, Codes, Column, Numbers
from tessella.domain.experiments.clusters.partition import Partition


@dataclass(frozen=True, slots=True, eq=False)
class Description:
    """Contexts as small numbers, one array for each field; those that are read from one clock are one field."""

    fields: tuple[Codes, ...]

    @classmethod
    def of(cls, columns: Sequence[Column]) -> Self:
        """Of some columns, at least one."""
        of_clock = [each.codes for each in columns if each.field.name in OF_CLOCK]
        others = [each.codes for each in columns if each.field.name not in OF_CLOCK]
        joined = np.unique(np.stack(of_clock), axis=1, return_inverse=True)[1] if of_clock else None
        return cls(tuple(others) if joined is None else (*others, joined))

    def at(self, rows: Codes) -> Description:
        """Of some contexts only."""
        return Description(tuple(each[rows] for each in self.fields))

    def saved(self, cut: Partition) -> float:
        """How much is saved for each context, in nats: by the integrated classification likelihood of latent classes.

        sum_f sum_cl n_cfl log(n_cfl / n_c) + sum_c n_c log(n_c / n) - 1/2 (parameters) log n, less the same for one
        cluster. Source: Biernacki, Celeux and Govaert, "Assessing a Mixture Model for Clustering with the Integrated
        Completed Likelihood" (IEEE Transactions on Pattern Analysis and Machine Intelligence, 2000).
        """
        everybody = Partition(np.zeros_like(cut.labels), np.zeros((1, 1)))
        return (self._length(everybody) - self._length(cut)) / len(cut.labels)

    def _length(self, cut: Partition) -> float:
        of_clusters = len(cut.labels) * log(len(cut.labels)) - _times_log(cut.units)
        return of_clusters + _cost(cut.count - 1, cut) + sum(_of_field(each, cut) for each in self.fields)


def _of_field(codes: Codes, cut: Partition) -> float:
    levels = int(codes.max()) + 1
    counts = np.bincount(cut.labels * levels + codes, minlength=cut.count * levels)
    free = cut.count * (int(np.count_nonzero(np.bincount(codes))) - 1)
    return _times_log(cut.units) - _times_log(counts) + _cost(free, cut)


def _cost(parameters: int, cut: Partition) -> float:
    return 0.5 * parameters * log(len(cut.labels))


def _times_log(counts: Codes) -> float:
    """The sum of n log n."""
    some: Numbers = counts[counts > 0].astype(np.float64)
    return float((some * np.log(some)).sum())
