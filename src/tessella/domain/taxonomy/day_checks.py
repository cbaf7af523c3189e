"""What a game may say of days: a zone that there is, holidays that can come, a week that has weekdays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from zoneinfo import available_timezones

from tessella.domain.errors import TessellaError, WrongShape, shown
from tessella.domain.features.subject import WEEKDAYS
from tessella.domain.features.warehouse_columns import column_faults
from tessella.domain.identifiers import Pointer, nearest, point
from tessella.domain.taxonomy.days.calendar import holiday_of
from tessella.domain.taxonomy.game import DayRows, Game
from tessella.domain.zones import zone_named

MOST_HOLIDAYS: Final = 1000
LEAST_WINDOW_DAYS: Final = 14
MOST_WINDOW_DAYS: Final = 3650

#: They are what a machine is set to, and no zone.
_NO_ZONES: Final = frozenset({"localtime", "posixrules", "Factory"})


def day_faults(game: Game, at: Pointer) -> Iterator[TessellaError]:
    """Every fault in what is said of days."""
    if game.timezone in _NO_ZONES or zone_named(game.timezone) is None:
        near = nearest(game.timezone, available_timezones() - _NO_ZONES)
        hint = f'Did you mean "{near}"?' if near else 'Such as "Europe/Helsinki" or "UTC".'
        yield WrongShape(point(at, "timezone"), f"There is no time zone {shown(game.timezone)} in the IANA list.", hint)
    yield from _holiday_faults(game.holidays, point(at, "holidays"))
    yield from _weekend_faults(game.weekend, point(at, "weekend"))
    for name, least in (("window_days", LEAST_WINDOW_DAYS), ("fresh_days", 1)):
        if not least <= getattr(game, name) <= MOST_WINDOW_DAYS:
            yield WrongShape(point(at, name), f"{name} is {least} to {MOST_WINDOW_DAYS} whole days.")
    if game.days is not None:
        yield from _row_faults(game.days, point(at, "days"))


def _holiday_faults(holidays: Sequence[str], at: Pointer) -> Iterator[TessellaError]:
    if len(holidays) > MOST_HOLIDAYS:
        yield WrongShape(at, f"There are at most {MOST_HOLIDAYS} holidays here.", "Leave out those long ago.")
    known: set[str] = set()
    for index, day in enumerate(holidays):
        if holiday_of(day) is None:
            problem = f"{shown(day)} is no day: a holiday is 2026-12-25, or 12-25 for every year."
            yield WrongShape(point(at, index), problem, "Write the month before the day.")
        elif day in known:
            yield WrongShape(point(at, index), f"{shown(day)} is there twice.", "Leave one of them out.")
        known.add(day)


def _weekend_faults(weekend: Sequence[str], at: Pointer) -> Iterator[TessellaError]:
    for index, day in enumerate(weekend):
        if day not in WEEKDAYS:
            near = nearest(day.lower(), WEEKDAYS)
            hint = f'Did you mean "{near}"?' if near else f"One of {', '.join(WEEKDAYS)}."
            yield WrongShape(point(at, index), f"{shown(day)} is no day of the week.", hint)
        elif day in weekend[:index]:
            yield WrongShape(point(at, index), f"{shown(day)} is there twice.", "Leave one of them out.")
    if set(weekend) >= set(WEEKDAYS):
        yield WrongShape(at, "A week has a weekday.", "Leave one of the seven out.")


def _row_faults(days: DayRows, at: Pointer) -> Iterator[TessellaError]:
    yield from column_faults(days.player, point(at, "player"))
    yield from column_faults(days.day, point(at, "day"))
    if days.engine != "duckdb" and not days.view:
        problem = f"With {days.engine}, the view of the rows is missing."
        yield WrongShape(point(at, "view"), problem, 'Such as "shop.player_days".')
    if days.player == days.day:
        yield WrongShape(point(at, "day"), "The player and the day are two columns.", 'Such as "player_id" and "day".')
