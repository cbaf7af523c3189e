"""Days that are judged, beside what is known of their players without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.anomaly.frame import WHOLE, Frame
from tessella.domain.taxonomy.baselines import Array, Seen

#: At most so many days can be judged together.
MOST_DAYS: Final = 7
#: Where one day of each player lies in (contexts, N): pairs of indices; or, of one player, in (contexts,).
Place = int | tuple[NDArray[np.intp], NDArray[np.int64]]
#: From contexts to contexts and all of them together.
_FOLD: Final = np.vstack([np.eye(WHOLE), np.ones(WHOLE)])


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """`N` times `J` days of one player in turn; or those of one player, without the dimension `N`, which is quicker.

    The sums are of the player's other days.
    """

    #: (contexts, N, M), scaled.
    counts: Array
    sums: Array
    squares: Array
    #: (J, N, M), scaled; NaN where a day says nothing.
    values: Array
    #: Of each of the J days.
    places: tuple[Place, ...]
    #: Whether the days say something of every metric.
    is_whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of players: standardised means in each context and in all, 0 where nothing is."""

    #: (contexts and the whole, N, M)
    means: Array
    counts: Array


def known_of(frame: Frame, counts: Array, sums: Array) -> Known:
    """Means `(sum / count - location) / deviation`, from counts and sums (contexts, N, M) of scaled values."""
    shape = (WHOLE + 1, *counts.shape[1:])
    days = np.maximum(_FOLD @ counts.reshape(WHOLE, -1), 0.0).reshape(shape)
    means = (_FOLD @ sums.reshape(WHOLE, -1)).reshape(shape)
    means /= np.maximum(days, 1.0)
    means -= frame.location
    means /= frame.deviation
    means *= days > 0
    return Known(means, days)


def without(counts: Array, sums: Array, squares: Array, values: Array, places: tuple[Place, ...]) -> Windows:
    """Windows of days, which are taken out of their players' counts, sums and squares; these are changed in place.

    So a day is compared with the player's other days. Were it part of the mean that it is compared with, it would look
    the less unusual the fewer days there are.
    """
    is_whole = bool(np.isfinite(np.add.reduce(values, axis=None)))
    heights = values if is_whole else np.nan_to_num(values)
    for place, day, told in zip(places, heights, values, strict=True):
        counts[place] -= 1.0 if is_whole else np.isfinite(told)
        sums[place] -= day
        squares[place] -= day * day
    return Windows(counts, sums, squares, values, places, is_whole)


def ends_of(seen: Seen, days: int, most: int) -> NDArray[np.int64]:
    """(windows, `days`): rows of days of `seen`, in turn, of one player each; at most `most` by the last one's context.

    Where there are more, they are taken at even steps over players, so that every run takes the same.
    """
    order = np.lexsort((seen.day, seen.day_player))
    player = seen.day_player[order]
    last = np.arange(days - 1, len(order))
    last = last[player[last] == player[last - days + 1]]
    context = seen.day_context[order][last]
    chosen = [_evenly(last[context == each], most) for each in range(WHOLE)]
    rows: NDArray[np.int64] = order[np.concatenate(chosen)[:, None] + np.arange(1 - days, 1)]
    return rows


def windows_of(frame: Frame, seen: Seen, rows: NDArray[np.int64]) -> Windows:
    """The windows of rows of days (windows, J)."""
    player, whole = seen.day_player[rows[:, 0]], seen.whole
    counts, sums, squares = (
        np.ascontiguousarray(each[player].swapaxes(0, 1)) for each in (whole.counts, whole.sums, whole.squares)
    )
    values = frame.scaled(seen.day_values[rows.T])
    return without(counts, sums, squares, values, places_of(seen.day_context[rows.T].astype(np.intp)))


def places_of(contexts: NDArray[np.intp]) -> tuple[Place, ...]:
    """The places of days of many players, from their contexts (J, N)."""
    players = np.arange(contexts.shape[1])
    return tuple([(each, players) for each in contexts])


def mean_of(days: Sequence[Array] | Array) -> Array:
    """Over the J days of windows."""
    if len(days) == 1:
        return days[0]
    mean: Array = np.add.reduce(days) / len(days)
    return mean


def _evenly(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
