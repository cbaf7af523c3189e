"""How values are distributed: what drift is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.card import Bins
from tessella.domain.predictions.inputs import LARGEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COUNT: Final = 10


def number_bins(name: FeatureName, values: NDArray[np.float64]) -> Bins:
    """Ten bins of equal counts, fewer where many values are the same. NaN and infinities are missing.

    >>> number_bins("spend", np.array([1.0, 2.0, 2.0, np.nan]))
    Bins(name='spend', edges=(1.0, 2.0), shares=(0.25, 0.5, 0.0, 0.25))
    """
    there = values[np.abs(values) <= LARGEST]
    edges = np.unique(np.quantile(there, np.arange(1, _COUNT) / _COUNT, method="lower")) if len(there) else there
    inner = tuple(edges.tolist())
    return Bins(name, inner, number_shares(inner, values))


def number_shares(edges: Sequence[float], values: NDArray[np.float64]) -> tuple[float, ...]:
    """The share of values in each bin, its upper edge included, and last of what is missing."""
    there = np.abs(values) <= LARGEST
    places = np.where(there, np.searchsorted(np.asarray(edges, np.float64), values), len(edges) + 1)
    return _shares(places, len(edges) + 2)


def category_bins(name: FeatureName, values: NDArray[np.object_], categories: Sequence[str]) -> Bins:
    """One bin a category.

    >>> category_bins("tier", np.array(["gold", "tin", None, "gold"], dtype=object), ["gold", "tin"])
    Bins(name='tier', edges=('gold', 'tin'), shares=(0.5, 0.25, 0.25))
    """
    return Bins(name, tuple(categories), category_shares(categories, values))


def category_shares(categories: Sequence[str], values: NDArray[np.object_]) -> tuple[float, ...]:
    """The share of each category, and last of what is missing or another text."""
    places = {name: place for place, name in enumerate(categories)}
    found = np.fromiter((places.get(value, len(places)) for value in values.tolist()), np.int64, len(values))
    return _shares(found, len(places) + 1)


def _shares(places: NDArray[np.int64], count: int) -> tuple[float, ...]:
    return tuple((np.bincount(places, minlength=count) / max(len(places), 1)).tolist())
