"""Which days a game looks at, when each begins, and what sort of day it is."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import DAY_US, TIMESTAMP_MAX, TIMESTAMP_MIN
from tessella.domain.features.subject import WEEKDAYS
from tessella.domain.identifiers import Instant, point
from tessella.domain.taxonomy.days.offsets import Offsets, offsets_of
from tessella.domain.taxonomy.game import CONTEXTS, Context, Game
from tessella.domain.zones import zone_named

_HOLIDAY: Final = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})", re.ASCII)
_LEAP_YEAR: Final = 2000
_EPOCH: Final = date(1970, 1, 1)
#: The first day of 1970 was a Thursday.
_FIRST_WEEKDAY: Final = 3


def holiday_of(text: str) -> tuple[int | None, int, int] | None:
    """Year (None: every year), month and day of a holiday as games write it; None when it is none.

    >>> holiday_of("2026-12-25"), holiday_of("12-25"), holiday_of("2026-02-30"), holiday_of("02-29")
    ((2026, 12, 25), (None, 12, 25), None, (None, 2, 29))
    """
    if (found := _HOLIDAY.fullmatch(text)) is None:
        return None
    year, month, day = (None if part is None else int(part) for part in found.groups())
    assert month is not None, "the pattern has it"
    assert day is not None, "the pattern has it"
    try:
        date(_LEAP_YEAR if year is None else year, month, day)
    except ValueError:
        return None
    return year, month, day


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a game's window. A day is a number: days since 1970-01-01 on the game's own calendar."""

    #: The first and the last day that is looked at.
    first: int
    last: int
    offsets: Offsets
    #: 0 is Monday.
    weekend: frozenset[int]
    #: Those within the window.
    holidays: frozenset[int]

    @property
    def end(self) -> Instant:
        """The last moment that any event of the window can have, and so the moment that conditions count back from."""
        return Instant((self.last + 1) * DAY_US - min(self.offsets.offsets) - 1)

    @property
    def begin(self) -> Instant:
        """The first moment that any event of the window can have."""
        return Instant(self.first * DAY_US - max(self.offsets.offsets))

    def day_of(self, at: Instant) -> tuple[int, int]:
        """The day of a moment, and the microseconds since midnight by the local clock."""
        return divmod(self.offsets.local(at), DAY_US)

    def holds(self, day: int) -> bool:
        """Whether a day is in the window."""
        return self.first <= day <= self.last

    def context_of(self, day: int) -> Context:
        """What sort of day it is: a holiday first, whatever its weekday.

        >>> from tessella.domain.taxonomy.days.offsets import Offsets
        >>> week = Calendar(0, 6, Offsets((0,), (0,)), frozenset({5, 6}), frozenset({3}))
        >>> [week.context_of(day).value for day in range(6)]
        ['weekday', 'weekday', 'weekend', 'holiday', 'weekday', 'weekday']
        """
        if day in self.holidays:
            return Context.HOLIDAY
        return Context.WEEKEND if (day + _FIRST_WEEKDAY) % 7 in self.weekend else Context.WEEKDAY

    def context_sql(self, column: str) -> str:
        """The index into `CONTEXTS` of a column of days, as SQL; days are those of the window."""
        weekend = f"(({column} % 7 + {_FIRST_WEEKDAY} + 7) % 7)" + _among(self.weekend)
        return (
            f"CASE WHEN {column}{_among(self.holidays)} THEN {CONTEXTS.index(Context.HOLIDAY)}"
            f" WHEN {weekend} THEN {CONTEXTS.index(Context.WEEKEND)} ELSE {CONTEXTS.index(Context.WEEKDAY)} END"
        )


def calendar_of(game: Game, as_of: Instant) -> Calendar:
    """The window whose last day is the last one that is over at `as_of` where the game is.

    It holds `window_days` days, none outside of the years 1 to 9999.
    Raises `WrongShape` for a zone, a holiday or a weekday that is none.
    """
    zone = _zone(game)
    as_of = Instant(min(max(as_of, TIMESTAMP_MIN + (game.window_days + 7) * DAY_US), TIMESTAMP_MAX - 7 * DAY_US))
    offsets = offsets_of(zone, Instant(as_of - (game.window_days + 3) * DAY_US), Instant(as_of + 3 * DAY_US))
    last = offsets.local(as_of) // DAY_US - 1
    first = last - game.window_days + 1
    return Calendar(first, last, offsets, _weekend(game), frozenset(_holidays(game, first, last)))


def moment_over(game: Game, day: int) -> Instant:
    """A moment at which `calendar_of` has a day as the last one; it is over then by no more than clocks are put back.

    Raises `WrongShape` for a zone that is none.
    """
    midnight = (day + 1) * DAY_US
    offsets = offsets_of(_zone(game), Instant(midnight - 2 * DAY_US), Instant(midnight + 2 * DAY_US))
    return Instant(midnight - min(offsets.offsets))


@lru_cache(maxsize=4096)
def day_text(day: int) -> str:
    """A day as text.

    >>> day_text(20_779)
    '2026-11-22'
    """
    return (_EPOCH + timedelta(days=day)).isoformat()


def _zone(game: Game) -> tzinfo:
    if (zone := zone_named(game.timezone)) is None:
        raise WrongShape("/timezone", f'"{game.timezone}" is no IANA time zone.', "Such as Europe/Berlin, or UTC.")
    return zone


def _weekend(game: Game) -> frozenset[int]:
    for at, name in enumerate(game.weekend):
        if name not in WEEKDAYS:
            raise WrongShape(
                point("/weekend", at), f'"{name}" is no day of the week.', f"One of {', '.join(WEEKDAYS)}."
            )
    return frozenset(map(WEEKDAYS.index, game.weekend))


def _holidays(game: Game, first: int, last: int) -> Iterator[int]:
    """Those within the window: a holiday of every year may be there more than once, or not at all."""
    years = range((_EPOCH + timedelta(days=first)).year, (_EPOCH + timedelta(days=last)).year + 1)
    for at, text in enumerate(game.holidays):
        if (holiday := holiday_of(text)) is None:
            raise WrongShape(point("/holidays", at), f'"{text}" is no day.', "Such as 2026-12-25, or 12-25.")
        year, month, day = holiday
        for each in years if year is None else (year,):
            if (month, day) != (2, 29) or isleap(each):
                found = (date(each, month, day) - _EPOCH).days
                if first <= found <= last:
                    yield found


def _among(days: frozenset[int]) -> str:
    return f" IN ({', '.join(map(str, sorted(days)))})" if days else " IS NULL"
