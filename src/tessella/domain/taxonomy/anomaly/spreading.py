"""How players and their days spread, from what a calibration saw: by moments of odd days and even days.

What two halves of a player's days have in common is the player's; what differs is of the days. So nothing is assumed
of the shape of either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.anomaly.displacement import Spread, judged, moves_of, scaled_moves
from tessella.domain.taxonomy.anomaly.frame import WHOLE, Frame
from tessella.domain.taxonomy.anomaly.placing import Placed, placed
from tessella.domain.taxonomy.anomaly.windows import Windows, known_of
from tessella.domain.taxonomy.baselines import Array, Baselines, Seen
from tessella.domain.taxonomy.membership.whitening import whitener

#: Players that strengths are told from: more do not tell them better.
_PLAYERS: Final = 20_000
#: Days that a strength may be: players are never taken for all alike, nor for having nothing in common.
_STRENGTHS: Final = (0.05, 100.0)
#: So many days does the pooled variance weigh where too few players tell how variances differ.
_USUAL_OWN: Final = 20.0
_FEWEST_PLAYERS: Final = 30
#: Degrees of freedom from which a half of a player's days tells a variance.
_FEWEST_DAYS: Final = 4
#: A metric that is the same on all days still has this part of the players' deviation.
_LEAST: Final = 1e-3
#: Moves beyond this many deviations count as this: a few wild days do not widen the scale for all.
_WILD: Final = 4.0
#: Of the variance of a day, so that a metric that never moves does not make the smallest move count for everything.
_RIDGE: Final = 1e-4
#: So many days of all contexts stand beside those of one, for each dimension.
_POOLED: Final = 20.0


def strengths_of(frame: Frame, seen: Seen) -> Spread:
    """The spread, as yet without a whitening: that of one coordinate is 1."""
    rows = np.linspace(0, len(seen.whole.player_ids) - 1, min(_PLAYERS, len(seen.whole.player_ids))).astype(np.int64)
    whole, odd, even = (each.of_rows(rows) for each in (seen.whole, seen.odd, seen.even))
    within = _within(frame, whole)
    between, contextual = _players(frame, whole, odd, even)
    return Spread(
        within=within,
        own=_own(within, odd, even),
        blend=frame.projection**2 * (within / frame.deviation**2)[:, None],
        between=between,
        contextual=contextual,
        whitening=np.tile(np.eye(len(frame.real)), (WHOLE, 1, 1)),
    )


def with_whitening(frame: Frame, spread: Spread, windows: Windows, contexts: NDArray[np.intp]) -> Spread:
    """The spread whitened by the second moments of the moves of single days, by their contexts (N,).

    First each coordinate's variance is set so that these are 1 on average, for metrics that go together. Then
    M_c = (n_c S_c + 20 d S) / (n_c + 20 d), with S of all contexts. Without any day the spread stays as it is.
    """
    if not len(contexts):
        return spread
    known = known_of(frame, windows.counts, windows.sums)
    moves = moves_of(frame, spread, windows, placed(frame, known), judged(frame, windows, known))
    flat = np.clip(scaled_moves(moves)[0], -_WILD, _WILD)
    sizes = np.maximum(np.mean(flat**2, axis=0), _RIDGE)
    sums = [_squares((flat / np.sqrt(sizes))[contexts == at]) for at in range(WHOLE)]
    whitening = np.zeros((WHOLE, len(sizes), len(sizes)))
    for coordinates in np.split(np.arange(len(sizes)), frame.axes):
        real = coordinates[frame.real[coordinates] > 0]
        for at, moment in enumerate(_moments([each[np.ix_(real, real)] for each in sums], np.bincount(contexts))):
            whitening[at, real[:, None], real] = whitener(moment + _RIDGE * np.eye(len(real)))[0].T
    return replace(spread, blend=spread.blend * sizes, whitening=whitening)


def _moments(sums: list[Array], days: NDArray[np.int64]) -> list[Array]:
    """By context, from sums of squares and products: drawn to those of all contexts."""
    counts = np.pad(days, (0, WHOLE - len(days)))
    strength, pooled = _POOLED * len(sums[0]), np.add.reduce(sums) / counts.sum()
    return [(each + strength * pooled) / (count + strength) for each, count in zip(sums, counts, strict=True)]


def _squares(moves: Array) -> Array:
    squares: Array = moves.T @ moves
    return squares


def _about(baselines: Baselines) -> tuple[Array, Array]:
    """(players, M): sums of squares about the contextual means, and their degrees of freedom."""
    squares = baselines.squares - baselines.sums**2 / np.maximum(baselines.counts, 1.0)
    return np.maximum(squares.sum(axis=1), 0.0), np.maximum(baselines.counts - 1.0, 0.0).sum(axis=1)


def _within(frame: Frame, whole: Baselines) -> Array:
    squares, freedom = _about(whole)
    pooled = squares.sum(axis=0) / np.maximum(freedom.sum(axis=0), 1.0)
    within: Array = np.maximum(pooled, (_LEAST * frame.deviation) ** 2)
    return within


def _own(within: Array, odd: Baselines, even: Baselines) -> Array:
    """(M,): k of `own_ratio`: what one degree of freedom errs by, over how far players' variances truly differ."""
    halves = [_about(each) for each in (odd, even)]
    strengths = np.full(len(within), _USUAL_OWN)
    for metric, pooled in enumerate(within):
        (one, two), (free, other) = ([part[:, metric] for part in each] for each in zip(*halves, strict=True))
        told = (free >= _FEWEST_DAYS) & (other >= _FEWEST_DAYS)
        if told.sum() < _FEWEST_PLAYERS:
            continue
        first, second = one[told] / free[told] / pooled, two[told] / other[told] / pooled
        differ = float(np.mean((first - 1) * (second - 1)))
        error = float(np.mean((first - second) ** 2) / np.mean(1 / free[told] + 1 / other[told]))
        strengths[metric] = error / max(differ, error / _STRENGTHS[1], np.finfo(float).tiny)
    kept: Array = np.clip(strengths, 1.0, _STRENGTHS[1])
    return kept


def _players(frame: Frame, whole: Baselines, odd: Baselines, even: Baselines) -> tuple[Array, Array]:
    """`between` and `contextual`: the variance of a day, over the variances between players of a segment.

    With o and e the means of odd and of even days from the segment's center, in one context: (o - e)^2 tells the
    variance of a day, o e that of players in a context, and products of different contexts that of players in all.
    """
    at = _placed(frame, whole)
    one, two = (_placed(frame, each) for each in (odd, even))
    centers = frame.centers.take(at.segments, axis=1).reshape(at.means.shape)[:WHOLE]
    first, second = (each.means[:WHOLE] - centers for each in (one, two))
    days, others = one.counts[:WHOLE], two.counts[:WHOLE]
    weight = days * others / np.maximum(days + others, 1.0)
    day = _mean((first - second) ** 2, weight, np.sign(weight))
    weight /= weight + 2.0
    inside = _mean(first * second, weight, weight)
    players = _cross((first + second) / 2 * weight) / np.maximum(_cross(weight), np.finfo(float).tiny)
    return _strength(day, players), _strength(day, inside - players)


def _placed(frame: Frame, baselines: Baselines) -> Placed:
    return placed(frame, known_of(frame, baselines.counts.swapaxes(0, 1), baselines.sums.swapaxes(0, 1)))


def _mean(values: Array, weight: Array, of: Array) -> Array:
    """(D,) over contexts and players."""
    mean: Array = (values * weight).sum(axis=(0, 1)) / np.maximum(of.sum(axis=(0, 1)), np.finfo(float).tiny)
    return mean


def _cross(values: Array) -> Array:
    """(D,): the sum over players of the products of different contexts."""
    cross: Array = (values.sum(axis=0) ** 2 - (values**2).sum(axis=0)).sum(axis=0)
    return cross


def _strength(day: Array, players: Array) -> Array:
    """Days in which a player's own mean is as sure as that of players, day / players; 1 where days do not differ."""
    least, most = _STRENGTHS
    strengths = day / np.maximum(np.maximum(players, day / most), np.finfo(float).tiny)
    return np.where(day > 0, np.maximum(strengths, least), 1.0)
