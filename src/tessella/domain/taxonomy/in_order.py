"""Baselines whose metrics come in another order, or are others, than those that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tessella.domain.taxonomy.baselines import Array, Baseline


def in_order(baseline: Baseline, known: Sequence[str], wanted: Sequence[str]) -> Baseline:
    """A baseline of the metrics `known` as one of those that are `wanted`, in their order.

    Of a metric that is not known there are no days: count, sum and squares are 0, and its values are NaN.

    >>> day = np.array([[2.0, 3.0]])
    >>> known = Baseline("anna", 20_000, day, day, day)
    >>> in_order(known, ("spend", "visits"), ("visits", "chats")).counts.tolist()
    [[3.0, 0.0]]
    """
    places = {name: place for place, name in enumerate(known)}
    chosen = np.array([places.get(name, -1) for name in wanted], np.intp)
    days = tuple(replace(day, values=_picked(day.values, chosen, np.nan)) for day in baseline.recent)
    counts, sums, squares = (_picked(each, chosen, 0.0) for each in (baseline.counts, baseline.sums, baseline.squares))
    return Baseline(baseline.player_id, baseline.as_of, counts, sums, squares, days)


def _picked(values: Array, chosen: np.ndarray[tuple[int], np.dtype[np.intp]], absent: float) -> Array:
    return np.where(chosen >= 0, values[..., chosen], absent)
