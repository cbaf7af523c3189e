"""Rows of days of the chosen players, gathered into what a calibration looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.baselines import Array, Baselines
from tessella.domain.taxonomy.days.fold import folded, scaled
from tessella.domain.taxonomy.game import CONTEXTS, Scale

#: The columns of `chosen_days`: place, day, context, nth, m0 and so on.
Columns = Mapping[str, NDArray[Any]]

PARTS: Final = ("whole", "first", "second", "odd", "even")


@dataclass(slots=True)
class Gathering:
    """Sums of players by place, which grow as parts of the days are added. All days of a player are in one part."""

    player_ids: Sequence[SubjectId]
    scales: Sequence[Scale]
    #: The first day of the later half.
    middle: int
    sums: dict[str, tuple[Array, Array, Array]] = field(init=False)
    #: How many days each player has.
    days: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        shape = (len(self.player_ids), len(CONTEXTS), len(self.scales))
        self.sums = {part: (np.zeros(shape), np.zeros(shape), np.zeros(shape)) for part in PARTS}
        self.days = np.zeros(len(self.player_ids), np.int64)

    def add(self, columns: Columns) -> None:
        """Add a part of the days, in order of place and day."""
        places, player = np.unique(columns["place"], return_inverse=True)
        values = scaled(values_of(columns, len(self.scales)), self.scales)
        self.days[places] = np.bincount(player, minlength=len(places))
        for part, rows in self._parts(columns).items():
            added = folded(player[rows], columns["context"][rows], values[rows], len(places))
            for held, each in zip(self.sums[part], added, strict=True):
                held[places] = each

    def baselines(self, part: str) -> Baselines:
        """What was added up of one part."""
        return Baselines(self.player_ids, *self.sums[part])

    def players_within(self, most_days: int) -> int:
        """Of how many players, by place, all days together are at most so many."""
        return int(np.searchsorted(np.cumsum(self.days), most_days, side="right"))

    def _parts(self, columns: Columns) -> dict[str, NDArray[np.bool_]]:
        is_late, is_odd = columns["day"] >= self.middle, columns["nth"] % 2 == 1
        everything = np.ones(len(is_late), np.bool_)
        return dict(zip(PARTS, (everything, ~is_late, is_late, is_odd, ~is_odd), strict=True))


def values_of(columns: Columns, metrics: int) -> Array:
    """(days, metrics) as measured, NaN where a day says nothing."""
    return np.column_stack([np.asarray(columns[f"m{at}"], np.float64) for at in range(metrics)])
