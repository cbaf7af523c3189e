"""A model of acceptance for each offer that was shown often enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.errors import ConstantTarget, SingleClass, TooFewOfAClass, TooFewRows
from tessella.domain.identifiers import OfferId
from tessella.domain.predictions.predictors import PREDICTORS
from tessella.domain.predictions.training.choose import Choice, choose
from tessella.domain.predictions.training.split import split_of
from tessella.domain.predictions.training.table import Rows, Table
from tessella.domain.predictions.training.try_out import Task, Tried, try_out

#: What an offer raises that was shown, or accepted, too seldom.
TOO_LITTLE: Final = (TooFewRows, ConstantTarget, SingleClass, TooFewOfAClass)


@dataclass(frozen=True, slots=True, eq=False)
class OfferFit:
    """One offer's model, and all that was tried for it."""

    offer_id: OfferId
    #: The exposures of it, as rows of the whole table.
    rows: Rows
    #: The same by themselves.
    task: Task
    tried: Sequence[Tried]
    choice: Choice

    @property
    def held_out(self) -> Rows:
        """Rows of the whole table, in the order of `Tried.held_out`."""
        return self.rows[self.task.split.held_out]

    @property
    def test(self) -> Rows:
        """Likewise of `Tried.test`."""
        return self.rows[self.task.split.test]

    @property
    def development(self) -> Rows:
        """All but the test."""
        return self.rows[self.task.split.development]


def fit_offers(table: Table, encoded: NDArray[np.float32], offers: NDArray[np.object_]) -> Iterator[OfferFit]:
    """Try every predictor for each offer of which there is enough, in the order of their names.

    `encoded`: the rows of `table`, all encoded alike, so that one row serves every model. `offers`: what was shown.
    """
    for offer_id in sorted(set(offers.tolist())):
        rows = np.flatnonzero(offers == offer_id)
        try:
            split = split_of(Table({}, table.positive[rows], table.cut[rows], table.subject[rows]))
        except TOO_LITTLE:
            continue
        task = Task(encoded[rows], table.positive[rows], split)
        tried = [try_out(name, kind.default(), task) for name, kind in PREDICTORS.items()]
        yield OfferFit(OfferId(offer_id), rows, task, tried, choose(tried, task))
