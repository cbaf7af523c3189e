"""Whether two halves of the players, and of their days, give the same segments."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Baselines
from tessella.domain.taxonomy.calibration.card import known_on
from tessella.domain.taxonomy.calibration.cut import Labels
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.positions import positions_of
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, Standard

#: The adjusted Rand index between halves of the players from which segments are held for real.
STABLE: Final = 0.8
#: The agreement between halves of the days from which they are held to be of players.
STEADY: Final = 0.5
#: Ways to halve, whose mean is told.
_HALVINGS: Final = 2
#: Days say nothing of fewer players.
_FEWEST: Final = 10


def stability_of(players: int, told_by: Callable[[Labels], Labels], luck: np.random.Generator) -> float:
    """The adjusted Rand index between the segments of two halves of the players, where each assigns everybody.

    `told_by` gives the labels of all players by a cut of those at the given places. 1 where both halves say the same, 0
    where no more than by chance; the mean of two ways to halve. Source: Hubert and Arabie, "Comparing partitions"
    (1985); Ben-Hur, Elisseeff and Guyon, "A stability based method for discovering structure in clustered data" (2002).
    """
    from sklearn.metrics import adjusted_rand_score

    found = []
    for _ in range(_HALVINGS):
        order = luck.permutation(players)
        one, other = told_by(order[: players // 2]), told_by(order[players // 2 :])
        found.append(float(adjusted_rand_score(one, other)))
    return float(np.mean(found))


def steadiness_of(axis: BehavioralAxis, standard: Standard, odd: Baselines, even: Baselines) -> float | None:
    """How far players are told the same segment from odd days as from even days: kappa, 1 for always, 0 for chance.

    (agreement - chance) / (1 - chance), of players who are known from both; None of fewer than ten. Halves of players
    cannot see groups of days: of players of two days each a share is 0, 1/2 or 1. Source: Cohen, "A coefficient of
    agreement for nominal scales" (1960).
    """
    told = _told(axis, standard, odd, even)
    return None if told is None else _kappa(*told, len(axis.segments))


def least_steadiness_of(axis: BehavioralAxis, standard: Standard, odd: Baselines, even: Baselines) -> float | None:
    """The same of the two segments that are told apart the least, by players who are in one of both by both halves.

    A group that everybody tells apart would hide that another was cut through its middle. None where days say nothing.
    """
    told = _told(axis, standard, odd, even)
    if told is None:
        return None
    one, other = told
    found = [_kappa(one, other, len(axis.segments))]
    for pair in combinations(range(len(axis.segments)), 2):
        both = np.isin(one, pair) & np.isin(other, pair)
        if np.count_nonzero(both) >= _FEWEST:
            found.append(_kappa(one[both], other[both], len(axis.segments)))
    return min(found)


def _told(axis: BehavioralAxis, standard: Standard, odd: Baselines, even: Baselines) -> tuple[Labels, Labels] | None:
    """(players,) each: the segments that are told from odd and from even days of those who are known from both."""
    space, halves = Space.of_axes(standard, [axis]), (odd, even)
    known = known_on(axis, [positions_of(standard, each) for each in halves])
    if np.count_nonzero(known) < _FEWEST:
        return None
    one, other = (placed_baselines(space, each).best[0, known] for each in halves)
    return one, other


def _kappa(one: Labels, other: Labels, segments: int) -> float:
    shares = [np.bincount(each, minlength=segments) / len(each) for each in (one, other)]
    chance = float(shares[0] @ shares[1])
    return (float(np.mean(one == other)) - chance) / (1 - chance) if chance < 1 else 0.0
