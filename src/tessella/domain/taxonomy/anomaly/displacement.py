"""How far days lie from the player's own normal, in deviations of the player's own days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tessella.domain.taxonomy.anomaly.frame import WHOLE, Frame
from tessella.domain.taxonomy.anomaly.placing import Placed
from tessella.domain.taxonomy.anomaly.windows import Known, Place, Windows, mean_of
from tessella.domain.taxonomy.baselines import Array


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How players differ, and how a player's days do. Variances are of scaled values, and strengths in days."""

    #: (M,): variance of a player's days in one context, pooled over players.
    within: Array
    #: (M,): so many days of the pooled variance are mixed with the player's own.
    own: Array
    #: (M, D): what each metric's days add to the variance of a coordinate, correlations apart.
    blend: Array
    #: (D,): so many days does a segment's center weigh beside the player's own mean of all days.
    between: Array
    #: (D,): and that mean beside the player's own days of one context.
    contextual: Array
    #: (contexts, D, D): `move @ whitening` holds the whitened move of every context; see `with_whitening`.
    whitening: Array


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """`N` windows of `J` days in coordinates. Where a day says nothing of a metric, the player's mean stands for it."""

    #: (J, N, D)
    positions: Array
    #: The same shape: the part of a coordinate of which the day says something; or 1 where that is all.
    said: Array | float


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """How far the days of `N` windows of `J` days lie from the players' own normals."""

    #: (J, N, D): in coordinates; 0 where a day says nothing.
    away: Array
    #: (N, D): of the player's own days.
    variance: Array
    #: (N, D): how unsure the normal is, as a part of that variance.
    doubt: Array


@dataclass(frozen=True, slots=True, eq=False)
class Displaced:
    """`N` windows on `A` axes."""

    moves: Moves
    #: (N, A): length of the whitened displacement: for one metric, in standard deviations of the player's own days.
    distances: Array


def own_ratio(windows: Windows, spread: Spread) -> Array:
    """(N, M): the variance of the player's own days by the pooled one, drawn to 1 as far as days are few.

    (k + S / within) / (k + f), with S the sum of squares about the own contextual means, and f its degrees of
    freedom.
    """
    days = np.maximum(windows.counts, 1.0)
    about = np.add.reduce(windows.squares - windows.sums * windows.sums / days)
    freedom = np.add.reduce(days)
    freedom += spread.own - WHOLE
    about /= spread.within
    ratio: Array = (spread.own + np.maximum(about, 0.0)) / freedom
    return ratio


def normals_of(frame: Frame, spread: Spread, placed: Placed) -> tuple[Array, Array]:
    """(contexts, N, D) each: the player's own normal in every context, and how unsure it is.

    offset = n / (n + k0) (mean - center), of all days;
    normal_c = center_c + offset + n_c / (n_c + k) (mean_c - center_c - offset), with 1 / k = 1 / k1 + 1 / (n + k0).

    k0 is `between` and k1 `contextual`: an empirical Bayes estimate in two steps. The doubt is 1 / (n_c + k), of the
    variance of a day. Source: requirement C, "Individual Baseline Decomposition", with both of its parts estimated.
    """
    centers = frame.centers.take(placed.segments, axis=1).reshape(placed.means.shape)
    days = placed.counts
    part = 1.0 / (days[WHOLE] + spread.between)
    start = centers[:WHOLE] + days[WHOLE] * part * (placed.means[WHOLE] - centers[WHOLE])
    part += 1.0 / spread.contextual
    doubt = 1.0 / (days[:WHOLE] + 1.0 / part)
    start += days[:WHOLE] * doubt * (placed.means[:WHOLE] - start)
    return start, doubt


def judged(frame: Frame, windows: Windows, known: Known) -> Judged:
    """Where the days of the windows lie."""
    positions = (windows.values - frame.location) / frame.deviation
    if windows.is_whole:
        return Judged(positions @ frame.projection, 1.0)
    unknown = np.isnan(positions)
    positions = np.where(unknown, known.means[WHOLE], positions)
    return Judged(positions @ frame.projection, (1.0 - unknown) @ frame.parts)


def displaced(frame: Frame, spread: Spread, windows: Windows, placed: Placed, days: Judged) -> Displaced:
    """How far the windows' days lie from the normal, together.

    The length of the mean over days of W_c (x - normal_c) / sqrt(v (1 / J + doubt)), with W_c what whitens in the day's
    context. v is the variance of the player's own days: of each metric the pooled one times `own_ratio`.
    """
    moves = moves_of(frame, spread, windows, placed, days)
    pairs = zip(scaled_moves(moves), windows.places, strict=True)
    return Displaced(moves, frame.by_axis(mean_of([_whitened(spread, move, place) for move, place in pairs])))


def moves_of(frame: Frame, spread: Spread, windows: Windows, placed: Placed, days: Judged) -> Moves:
    """From the normal of each day's context to the day."""
    normals, doubts = normals_of(frame, spread, placed)
    away = days.positions.copy()
    for at, place in enumerate(windows.places):
        away[at] -= normals[place]
    if not windows.is_whole:
        away *= days.said
    variance = own_ratio(windows, spread) @ spread.blend
    variance += frame.padding
    return Moves(away, variance, mean_of([doubts[place] for place in windows.places]))


def scaled_moves(moves: Moves) -> Array:
    """(J, N, D): in deviations of the mean of as many of the player's own days from a normal as unsure as this one."""
    scale = moves.doubt + 1.0 / len(moves.away)
    scale *= moves.variance
    scaled: Array = moves.away / np.sqrt(scale)
    return scaled


def _whitened(spread: Spread, move: Array, place: Place) -> Array:
    """(N, D), by the spread of the context of each player's day."""
    if isinstance(place, int):
        of_one: Array = move @ spread.whitening[place]
        return of_one
    of_many: Array = (move @ spread.whitening)[place]
    return of_many
