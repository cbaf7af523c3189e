"""Features that know what they could not have known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.metrics import auc
from tessella.domain.predictions.training.split import Fold
from tessella.domain.predictions.training.table import Column, Table, is_category, known

#: No honest feature of a customer's past tells alone so well who leaves or accepts; what was written afterwards does.
TOO_WELL: Final = 0.95
_GROUPS: Final = 50


@dataclass(frozen=True, slots=True)
class Leak:
    """A feature that must not be learned from."""

    feature: FeatureName
    #: What gives it away, as the end of a sentence that begins with its name.
    reason: str


def leaks(table: Table, fold: Fold) -> tuple[Leak, ...]:
    """Those stamped after their row's cut, and those whose AUC alone is 0.95 or more on what the fold holds out."""
    late = tuple(_stamped_late(table))
    rest = table.without({each.feature for each in late})
    return (*late, *_too_good(rest, fold))


def _stamped_late(table: Table) -> Iterator[Leak]:
    for name, stamps in table.stamps.items():
        late = np.count_nonzero((stamps > table.cut) & known(table.columns[name]))
        if late:
            yield Leak(name, f"was made of what came after the cut in {late} of {len(table)} rows")


def _too_good(table: Table, fold: Fold) -> Iterator[Leak]:
    for name, column in table.columns.items():
        alone = alone_auc(column, table.positive, fold)
        if alone >= TOO_WELL:
            yield Leak(name, f"predicts alone with an AUC of {alone:.3f}, which only what came after the cut does")


def alone_auc(column: Column, positive: NDArray[np.bool_], fold: Fold) -> float:
    """How well one column predicts by itself on what the fold holds out, 0.5 to 1: the best of two ways to read it.

    As groups, each with its share of positives among the rows to fit to, so that any shape and any missing value shows;
    and, a number, by its order alone, so that a rare value shows, too.
    """
    held_out = positive[fold.held_out]
    found = [auc(held_out, _group_rates(column, positive, fold))]
    if not is_category(column):
        values = np.where(known(column), column, np.nan)[fold.held_out]
        found += [auc(held_out, np.nan_to_num(values, nan=missing)) for missing in (-np.inf, np.inf)]
    return max(max(each, 1 - each) for each in found)


def _group_rates(column: Column, positive: NDArray[np.bool_], fold: Fold) -> NDArray[np.float64]:
    """The share of positives in the group of each row that is held out; of a new group, the share of all."""
    groups = _category_groups(column, fold) if is_category(column) else _number_groups(column, fold)
    size = int(groups.max()) + 1
    rows = np.bincount(groups[fold.fit], minlength=size)
    happened = np.bincount(groups[fold.fit], positive[fold.fit], minlength=size)
    rates = (happened + positive[fold.fit].mean()) / (rows + 1)
    return np.asarray(rates[groups[fold.held_out]])


def _category_groups(column: Column, fold: Fold) -> NDArray[np.int64]:
    values = column.tolist()
    places = {value: place for place, value in enumerate({values[row]: None for row in fold.fit.tolist()})}
    return np.fromiter((places.get(value, len(places)) for value in values), np.int64, len(values))


def _number_groups(column: Column, fold: Fold) -> NDArray[np.int64]:
    there = known(column)
    fitted = column[fold.fit][there[fold.fit]]
    edges = np.unique(np.quantile(fitted, np.arange(1, _GROUPS) / _GROUPS)) if len(fitted) else fitted
    return np.where(there, np.searchsorted(edges, column), len(edges) + 1)
