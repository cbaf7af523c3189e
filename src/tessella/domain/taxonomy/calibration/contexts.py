"""How players, and segments of them, are on weekdays, at weekends and on holidays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from tessella.domain.taxonomy.baselines import Array, Baselines
from tessella.domain.taxonomy.calibration.cut import Labels
from tessella.domain.taxonomy.positions import means_of
from tessella.domain.taxonomy.taxonomy import Standard

#: A context of so many days of a segment moves its center half of the way.
_DAYS_OF_NO_CONTEXT: Final = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Contexts:
    """What contexts say of each player."""

    #: (players, contexts, metrics): the sum over days of how far they are from the player's own mean, standardised.
    away: Array
    #: (players, contexts, metrics): how many days say something.
    days: Array
    #: (players, contexts): the share of days, less everybody's, in standard deviations of players' shares.
    leaning: Array

    @classmethod
    def of(cls, standard: Standard, baselines: Baselines) -> Self:
        """Of players of whom sums of their days are known."""
        own = np.nan_to_num(means_of(baselines), nan=0.0)
        away = np.nan_to_num(baselines.sums - baselines.counts * own[:, None, :], posinf=0.0, neginf=0.0)
        days = baselines.counts.max(axis=2)
        shares = days / np.maximum(days.sum(axis=1, keepdims=True), 1)
        spread = shares.std(axis=0)
        leaning = (shares - shares.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        return cls(away / standard.deviation, baselines.counts, leaning)

    def shifts(self, labels: Labels, count: int) -> Array:
        """How far each segment's players are from themselves in each context: (segments, contexts, metrics).

        Standardised: the sum over a segment's players of `away`, by days, times n / (n + 30) for n days: a context of
        few days says little. Each player is compared with the own mean, so a context in which heavy players have more
        days is not for that reason a heavy one.
        """
        shifts: Array = _sums(self.away, labels, count) / (_sums(self.days, labels, count) + _DAYS_OF_NO_CONTEXT)
        return shifts

    def leanings(self, labels: Labels, count: int) -> Array:
        """How much more of a segment's days are of each context than of everybody's: (segments, contexts)."""
        players = np.maximum(np.bincount(labels, minlength=count), 1)
        leanings: Array = _sums(self.leaning, labels, count) / players[:, None]
        return leanings


def _sums(values: Array, labels: Labels, count: int) -> Array:
    """Over the players of each segment: (segments, ...) of (players, ...)."""
    members = np.eye(count)[labels]
    sums: Array = (members.T @ values.reshape(len(values), -1)).reshape(count, *values.shape[1:])
    return sums


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
