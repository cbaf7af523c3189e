"""Of what callers send, such as sources, the levels with the most units: however many there are, few are reported."""

from __future__ import annotations

from collections import Counter
from typing import Final, TypeVar

import msgspec

from tessella.domain.experiments.segmentation.key import OTHER
from tessella.domain.experiments.tally import RewardCell, Tally, UnitCell

Cell = TypeVar("Cell", UnitCell, RewardCell)

#: So many levels of a dimension are told apart in reports.
LEVELS_MAX: Final = 50


def with_largest_levels(tally: Tally) -> Tally:
    """A tally whose levels are its `LEVELS_MAX` largest ones by units, and `other` for the rest."""
    units = Counter[str]()
    for each in tally.units:
        units[each.level] += round(each.units)
    if len(units) <= LEVELS_MAX:
        return tally
    kept = frozenset(sorted(units, key=lambda level: (-units[level], level))[:LEVELS_MAX])
    return Tally(
        [each if each.level in kept else _other(each) for each in tally.units],
        [each if each.level in kept else _other(each) for each in tally.rewards],
        tally.delays,
    )


def _other(cell: Cell) -> Cell:
    return msgspec.structs.replace(cell, level=OTHER)
