"""What was counted by one dimension, of units that are mature: sums by level, version and variant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.counted import Counted
from tessella.domain.experiments.learning.cells import Cells, Grid
from tessella.domain.experiments.segmentation.key import OTHER

#: The largest levels are told apart, at most so many; the others count as one.
MOST_LEVELS: Final = 20
#: Levels times variants: the time to learn grows with its third power.
_MOST_CELLS: Final = 120
_FEWEST_LEVELS: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Counts whose `level` is the position of a level's name."""

    names: tuple[str, ...]
    variants: int
    counted: Counted

    @property
    def units(self) -> float:
        """How many there are of all levels."""
        return float(self.counted.units.sum())

    def grid(self, column: NDArray[np.float64]) -> Grid:
        """A column's sums by level and variant."""
        sums = np.zeros((len(self.names), self.variants))
        np.add.at(sums, (self.counted.level, self.counted.variant), column)
        return sums

    def cells(self) -> Cells:
        """All of it by level and variant."""
        told = self.counted
        return Cells(self.grid(told.units), self.grid(told.total), self.grid(told.squares))

    def before(self, version: int) -> Levels:
        """Only units that were drawn under an earlier version."""
        return Levels(self.names, self.variants, self.counted.where(self.counted.version < version))


def levels_of(mature: Counted, variants: int) -> Levels:
    """The levels of what was counted, the largest ones by name and the others as `other`."""
    largest = _largest(mature, _most(variants))
    names = tuple(dict.fromkeys([*largest, *([OTHER] if set(mature.level) - set(largest) else [])]))
    place = {name: at for at, name in enumerate(names)}
    at = np.array([place.get(each, place.get(OTHER, 0)) for each in mature.level], dtype=np.int64)
    return Levels(names, variants, replace(mature, level=at))


def _most(variants: int) -> int:
    return min(MOST_LEVELS, max(_FEWEST_LEVELS, _MOST_CELLS // variants)) - 1


def _largest(mature: Counted, most: int) -> list[str]:
    units: dict[str, float] = {}
    for name, count in zip(mature.level, mature.units, strict=True):
        units[name] = units.get(name, 0.0) + float(count)
    return sorted(units, key=lambda name: (-units[name], name))[:most]


def of_shape(counted: Counted, dimensions: Sequence[str]) -> Counted:
    """Only units whose segment is told by these dimensions: others were given theirs under other settings."""
    fits = {key: shape_of(key) == (*dimensions,) for key in set(counted.segment)}
    return counted.where(np.array([fits[key] for key in counted.segment], dtype=bool))


def shape_of(key: str) -> tuple[str, ...]:
    """By what a segment is told apart.

    >>> shape_of("source:google|device:mobile"), shape_of("cluster:v1:0")
    (('source', 'device'), ('cluster',))
    """
    return tuple(part.partition(":")[0] for part in key.split("|"))
