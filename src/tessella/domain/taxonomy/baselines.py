"""What is known of players' days: sums by context, and the last days as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.game import Context

Array = NDArray[np.float64]

#: So many of a player's last days are kept as they were.
RECENT_DAYS: Final = 14


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """One day of one player."""

    #: Days since 1970-01-01 in the game's zone.
    day: int
    context: Context
    #: (metrics,) as measured, before any scale; NaN where the day says nothing.
    values: Array


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """One player. Sums are of scaled values (log(1 + x) or x), over all days of the window, the last ones included."""

    player_id: SubjectId
    #: The last day that was looked at, which need not be one of the player's.
    as_of: int
    #: (contexts, metrics): how many days say something, their sum, and the sum of their squares.
    counts: Array
    sums: Array
    squares: Array
    #: The newest last; at most `RECENT_DAYS`.
    recent: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Baselines:
    """Many players as arrays: (players, contexts, metrics)."""

    player_ids: Sequence[SubjectId]
    counts: Array
    sums: Array
    squares: Array

    def of_rows(self, rows: NDArray[np.int64]) -> Self:
        """Those of some players, by their places."""
        ids = [self.player_ids[row] for row in rows]
        return type(self)(ids, self.counts[rows], self.sums[rows], self.squares[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a calibration looks at: at most a set number of players, chosen by hash of their ids.

    `first` and `second` are the same players in the earlier and the later half of the window, for test and retest;
    `odd` and `even` are their days in turn, for reliability. `outcomes` is (players, outcomes named by the game in the
    order of `Outcome`), NaN where unknown.
    """

    whole: Baselines
    first: Baselines
    second: Baselines
    odd: Baselines
    even: Baselines
    outcomes: Array
    #: Single days of some of these players, for the norms of anomalies; rows of `day_player` index `whole`.
    day_player: NDArray[np.int64]
    day: NDArray[np.int64]
    #: Index into `CONTEXTS`.
    day_context: NDArray[np.int8]
    #: (days, metrics) as measured, NaN where a day says nothing.
    day_values: Array
    #: All players with a day in the window, of which these were chosen.
    players: int
    #: The last day that was looked at.
    as_of: int
