"""How far a zone's clock is from UTC, and since when: one table for Python and for SQL.

An engine's own zones differ from these for some zones and years, so no engine is asked (decision 72).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Final

from tessella.domain.features.gate import DAY_US, MICROSECOND, TIMESTAMP_MAX, TIMESTAMP_MIN
from tessella.domain.identifiers import Instant

_SECOND_US: Final = 1_000_000
_NONE: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Offsets:
    """What is added to UTC to get the local clock: `offsets[i]` from `since[i]` on, `offsets[0]` before that too."""

    #: Ascending.
    since: tuple[int, ...]
    #: Microseconds.
    offsets: tuple[int, ...]

    def local(self, at: Instant) -> int:
        """The local clock as if it were UTC, in microseconds.

        >>> Offsets((0,), (3_600_000_000,)).local(Instant(5))
        3600000005
        """
        return at + self.offsets[max(0, bisect_right(self.since, at) - 1)]

    def local_sql(self, column: str) -> str:
        """The same as SQL over a column of microseconds UTC.

        >>> Offsets((0, 9), (3, 4)).local_sql("t")
        '(t + CASE WHEN t >= 9 THEN 4 ELSE 3 END)'
        """
        newest_first = list(zip(self.since[1:], self.offsets[1:], strict=True))[::-1]
        cases = " ".join(f"WHEN {column} >= {since} THEN {offset}" for since, offset in newest_first)
        return f"({column} + {f'CASE {cases} ELSE {self.offsets[0]} END' if cases else self.offsets[0]})"


def offsets_of(zone: tzinfo, begin: Instant, end: Instant) -> Offsets:
    """The zone's offsets from `begin` to `end`, exact to the second: two changes within a day that cancel are missed.

    >>> from zoneinfo import ZoneInfo
    >>> offsets_of(ZoneInfo("Europe/Berlin"), Instant(1_767_225_600_000_000), Instant(1_782_864_000_000_000))
    Offsets(since=(1767225600000000, 1774746000000000), offsets=(3600000000, 7200000000))
    """
    begin, end = _within(begin), _within(end)
    changes = list(_changes(zone, begin, end))
    since = (begin, *changes)
    return Offsets(since, tuple(_offset(zone, each) for each in since))


def _changes(zone: tzinfo, begin: int, end: int) -> Iterator[int]:
    for earlier, later in pairwise([*range(begin, end, DAY_US), end]):
        if (before := _offset(zone, earlier)) != _offset(zone, later):
            yield _first_change(zone, before, earlier, later)


def _first_change(zone: tzinfo, before: int, earlier: int, later: int) -> int:
    """The first second after `earlier` whose offset is another, by bisection."""
    low, high = earlier // _SECOND_US, -(-later // _SECOND_US)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle * _SECOND_US) == before else (low, middle)
    return high * _SECOND_US


def _offset(zone: tzinfo, at: int) -> int:
    return (datetime.fromtimestamp(at // _SECOND_US, zone).utcoffset() or _NONE) // MICROSECOND


def _within(at: Instant) -> Instant:
    """At least two days from the ends of the calendar, so that every zone has a clock there."""
    return Instant(min(max(at, TIMESTAMP_MIN + 2 * DAY_US), TIMESTAMP_MAX - 2 * DAY_US))
