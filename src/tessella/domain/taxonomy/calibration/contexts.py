"""How a segment's players are on weekdays, at weekends and on holidays."""

from __future__ import annotations

from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array, Baselines
from tessella.domain.taxonomy.calibration.cut import Labels
from tessella.domain.taxonomy.calibration.positions import means_of
from tessella.domain.taxonomy.taxonomy import Standard

#: A context of so many days of a segment moves its center half of the way.
_DAYS_OF_NO_CONTEXT: Final = 30.0


def context_shifts(standard: Standard, baselines: Baselines, labels: Labels, count: int) -> Array:
    """How far each segment's players are from themselves in each context: (segments, contexts, metrics), standardised.

    Sum over a segment's players of (sum of the context - days of the context * own mean) / days, times n / (n + 30)
    for n days: a context of few days says little. Each player is compared with the own mean, so a context in which
    heavy players have more days is not for that reason a heavy one.
    """
    own = np.nan_to_num(means_of(baselines), nan=0.0)
    away = np.nan_to_num(baselines.sums - baselines.counts * own[:, None, :])
    members = np.eye(count)[labels]
    total = np.tensordot(members, away, axes=(0, 0))
    days = np.tensordot(members, baselines.counts, axes=(0, 0))
    shifts: Array = total / (days + _DAYS_OF_NO_CONTEXT) / standard.deviation
    return shifts


def context_leanings(baselines: Baselines, labels: Labels, count: int) -> Array:
    """How much more of a segment's days are of each context than of everybody's: (segments, contexts).

    The mean share of days, less that of all players, in standard deviations of players' shares.
    """
    days = baselines.counts.max(axis=2)
    shares = days / np.maximum(days.sum(axis=1, keepdims=True), 1)
    spread = shares.std(axis=0)
    usual = (shares - shares.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.array([usual[labels == segment].mean(axis=0) for segment in range(count)])


def more_in_context(centers: Array, shifts: Array, shares: Array) -> Array:
    """How much more a segment is what it is in each context: (segments, contexts).

    By the coordinate that sets it apart most: how much further out it moves than everybody does. `centers` is
    (segments, d), `shifts` (segments, contexts, d), `shares` (segments,).
    """
    own = shifts - np.tensordot(shares, shifts, axes=(0, 0))
    leading = np.abs(centers).argmax(axis=1)
    each = np.arange(len(centers))
    signs = np.sign(centers[each, leading])
    more: Array = own[each, :, leading] * signs[:, None]
    return more
