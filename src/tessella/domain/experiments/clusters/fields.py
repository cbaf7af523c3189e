"""How a field of a context enters a distance: as a point that is the same in training and in assigning."""

from __future__ import annotations

from functools import cached_property
from math import cos, pi, sin, sqrt
from typing import Final

import msgspec

#: Where a value lies: as many numbers as its field has columns.
Point = tuple[float, ...]

HOURS: Final = 24
#: A greater number is as good as not known: it is no measure of a unit, and sums of it would overflow.
_GREATEST: Final = 1e15
#: An amount lies no further from the mean than so many standard deviations, however great it is.
FURTHEST: Final = 3.0


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="levels", dict=True):
    """A text or a truth value: a column for each level, and the first for all other values and for none.

    >>> device = Levels("device", ("desktop", "mobile"))
    >>> device.point("mobile"), device.point("watch"), device.point(None)
    ((0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (1.0, 0.0, 0.0))
    """

    name: str
    levels: tuple[str, ...]

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Of each cell: that of other values first, then each level's."""
        cells = range(len(self.levels) + 1)
        return tuple(tuple(float(cell == column) for column in cells) for cell in cells)

    @cached_property
    def _cells(self) -> dict[str | None, int]:
        return {level: cell for cell, level in enumerate(self.levels, 1)}

    def cell(self, value: object) -> int:
        """The place of a value's point."""
        return self._cells.get(level_text(value), 0)

    def point(self, value: object) -> Point:
        """Where a value lies."""
        return self.points[self.cell(value)]


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="hours", dict=True):
    """An hour of the day, on a circle: 23 is next to 0. An hour that is not known lies where the mean of all does."""

    name: str
    mean: tuple[float, float]

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Of each hour, and at last of one that is not known."""
        return (*CLOCK, self.mean)

    def cell(self, value: object) -> int:
        """The place of a value's point.

        >>> Hours("hour", (0.0, 0.0)).cell(23), Hours("hour", (0.0, 0.0)).cell("noon")
        (23, 24)
        """
        number = _number(value)
        return int(number) if number is not None and 0 <= number < HOURS else HOURS

    def point(self, value: object) -> Point:
        """Where a value lies."""
        return self.points[self.cell(value)]


class Amount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="amount"):
    """A number, in standard deviations from the mean; the second column is 1 where it is not known.

    >>> Amount("opens", mean=10.0, deviation=5.0).point(20), Amount("opens", 10.0, 5.0).point("many")
    ((2.0, 0.0), (0.0, 1.0))
    """

    name: str
    mean: float
    #: Above 0.
    deviation: float

    def point(self, value: object) -> Point:
        """Where a value lies."""
        number = _number(value)
        if number is None:
            return 0.0, 1.0
        return max(-FURTHEST, min(FURTHEST, (number - self.mean) / self.deviation)), 0.0


Field = Levels | Hours | Amount

#: Hours that are 12 apart differ as much as two levels do.
RADIUS: Final = sqrt(0.5)
#: Where the hours lie.
CLOCK: Final[tuple[Point, ...]] = tuple(
    (RADIUS * sin(2 * pi * hour / HOURS), RADIUS * cos(2 * pi * hour / HOURS)) for hour in range(HOURS)
)


def level_text(value: object) -> str | None:
    """A value as a level; None for what is none, or no single value.

    >>> level_text("es"), level_text(True), level_text(7), level_text(""), level_text(["es"])
    ('es', 'true', '7', None, None)
    """
    match value:
        case str():
            return value or None
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return None


def is_amount(value: object) -> bool:
    """Whether a value is a number that can be measured.

    >>> is_amount(3), is_amount(True), is_amount(float("nan")), is_amount("3")
    (True, False, False, False)
    """
    return _number(value) is not None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_GREATEST <= value <= _GREATEST:
        return None
    return float(value)
