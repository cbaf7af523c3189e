"""Which fields go together: groups are there where they do, and nowhere else.

Where all fields are independent of one another, any clusters of contexts are cut at random.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import sqrt
from typing import Final

import numpy as np
from scipy.stats import chi2

from tessella.domain.experiments.clusters.columns import OF_CLOCK, Codes, Column
from tessella.domain.experiments.context.fields import UNIFORM

#: How often independent fields are said to be related at all, over all pairs.
_LEVEL: Final = 0.01
#: Fields that are related more weakly make no groups that are worth having, however surely they are.
_WEAKEST: Final = 0.15
#: So many values are compared to tell whether a field repeats another one, such as a source that is a list's id.
_COMPARED: Final = 1_000
_SAME: Final = 0.95


def related(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Those that are related to another one, without those that repeat an earlier one."""
    distinct = _without_copies(columns)
    pairs = [pair for pair in combinations(distinct, 2) if not _of_one_clock(*pair)]
    found = {name for pair in pairs if _go_together(*pair, _LEVEL / len(pairs)) for name in _names(*pair)}
    return tuple(each for each in distinct if each.field.name in found)


def strength(one: Codes, other: Codes) -> float:
    """Cramer's V without its bias: 0 where they are independent, 1 where one tells the other.

    Source: Bergsma, "A bias-correction for Cramer's V and Tschuprow's T" (Journal of the Korean Statistical Society,
    2013).
    """
    counts = _counted(one, other)
    rows, columns = counts.shape
    units = counts.sum()
    surplus = max(0.0, _distance(counts) / units - (rows - 1) * (columns - 1) / (units - 1))
    free = min(each - 1 - (each - 1) ** 2 / (units - 1) for each in (rows, columns))
    return min(1.0, sqrt(surplus / free)) if free > 0 else 0.0


def _without_copies(columns: Sequence[Column]) -> list[Column]:
    """In their order. Of equal fields the one stays that is known most often, and rather one that every context has."""
    kept: list[Column] = []
    for column in sorted(columns, key=lambda each: (-_known(each), each.field.name not in UNIFORM)):
        if not any(_is_copy(column, earlier) for earlier in kept):
            kept.append(column)
    return [each for each in columns if each in kept]


def _known(column: Column) -> int:
    return sum(value is not None for value in column.values)


def _is_copy(column: Column, earlier: Column) -> bool:
    """Whether values are the same nearly wherever both are known, in the first contexts."""
    pairs = zip(column.values[:_COMPARED], earlier.values[:_COMPARED], strict=True)
    both = [value == other for value, other in pairs if value is not None and other is not None]
    return bool(both) and sum(both) >= _SAME * len(both)


def _go_together(one: Column, other: Column, level: float) -> bool:
    counts = _counted(one.codes, other.codes)
    free = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return float(chi2.sf(_distance(counts), free)) < level and strength(one.codes, other.codes) > _WEAKEST


def _counted(one: Codes, other: Codes) -> Codes:
    """How many contexts have each pair of codes, without the codes that none has."""
    width = int(other.max()) + 1
    counts = np.bincount(one * width + other, minlength=(int(one.max()) + 1) * width).reshape(-1, width)
    return counts[counts.any(axis=1)][:, counts.any(axis=0)]


def _distance(counts: Codes) -> float:
    """Pearson's chi-squared from independence."""
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return float(((counts - expected) ** 2 / expected).sum())


def _of_one_clock(one: Column, other: Column) -> bool:
    return {one.field.name, other.field.name} <= OF_CLOCK


def _names(*columns: Column) -> Iterator[str]:
    return (each.field.name for each in columns)
