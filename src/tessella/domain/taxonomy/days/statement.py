"""Rows of days as DuckDB statements: from events, and from rows that hold days already.

Both yield player, day, context, nth and back (the how manieth of the player's days it is, from the first and from the
last, from 1), and m0, m1 and so on in the order of the game's metrics, raw: what does not count is left out by who
reads them. No name of a game becomes SQL. sqlglot is loaded with this module.
"""

from __future__ import annotations

from typing import Final

from tessella.domain.features.computation import EventTable
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH
from tessella.domain.taxonomy.days.kinds.hour import CLOCK
from tessella.domain.taxonomy.days.plan import DayPlan

#: The columns of rows that hold days already, beside m0, m1 and so on: texts.
PLAYER: Final = "player"
DAY: Final = "day"


def event_table(plan: DayPlan) -> EventTable:
    """The events that have to be loaded."""
    return EventTable(tuple(plan.of_events.values()), plan.calendar.end)


def days_of_events(plan: DayPlan, source: str) -> str:
    """Over events as `event_table` has them loaded."""
    table, calendar, kinds = event_table(plan), plan.calendar, plan.of_events
    sql = table.events()
    counted = " OR ".join(dict.fromkeys(f"({sql.condition(each.events)})" for each in kinds.values())) or "true"
    base = calendar.first * DAY_US
    measured = "".join(f", {kind.sql(sql)} AS m{at}" for at, kind in kinds.items())
    days = (
        f"WITH {table.typed(source)},\n"
        f"local AS (SELECT *, {calendar.offsets.local_sql('occurred_at')} - {base} AS since FROM typed),\n"
        f"counted AS (SELECT *, since // {DAY_US} + {calendar.first} AS day, since % {DAY_US} AS {CLOCK}"
        f" FROM local WHERE since >= 0 AND since < {(calendar.last + 1) * DAY_US - base} AND ({counted}))\n"
        f"SELECT subject_id AS player, day{measured} FROM counted GROUP BY subject_id, day"
    )
    return _in_turn(plan, days)


def days_of_rows(plan: DayPlan, source: str) -> str:
    """Over rows of player, day and m0, m1 and so on. Equal rows of a day count once, rows that differ not at all."""
    measured = [f"m{at}" for at in plan.columns]
    same = " AND ".join(
        f"count({each}) IN (0, count(*)) AND max({each}) IS NOT DISTINCT FROM min({each})" for each in measured
    )
    taken = "".join(f", any_value({each}) AS {each}" for each in measured)
    days = (
        f"SELECT player, day{taken} FROM ({usable_rows(plan, source)}) GROUP BY player, day"
        f"{f' HAVING {same}' if same else ''}"
    )
    return _in_turn(plan, days)


def usable_rows(plan: DayPlan, source: str) -> str:
    """The rows of a player and a day within the window; the day as a number."""
    measured = "".join(f", m{at}" for at in plan.columns)
    return (
        f"SELECT player, day{measured} FROM (SELECT player, {_day_number()} AS day{measured} FROM {source})"
        f" WHERE {_usable_player()} AND day BETWEEN {plan.calendar.first} AND {plan.calendar.last}"
    )


def row_faults(source: str) -> str:
    """One row: how many rows name no player, and how many of the others no day."""
    return (
        f"SELECT count(*) FILTER (WHERE NOT {_usable_player()}),"
        f" count(*) FILTER (WHERE {_usable_player()} AND day IS NULL)"
        f" FROM (SELECT player, {_day_number()} AS day FROM {source})"
    )


def last_day(plan: DayPlan, source: str) -> str:
    """One row: the last day of `source` that is no later than the window's last."""
    return f"SELECT max(day) FROM (SELECT {_day_number()} AS day FROM {source}) WHERE day <= {plan.calendar.last}"


def _in_turn(plan: DayPlan, days: str) -> str:
    gaps = {at: kind.sql() for at, kind in plan.gaps.items()}
    metrics = ", ".join(f"{gaps.get(at, f'm{at}')} AS m{at}" for at in range(len(plan.kinds)))
    return (
        f"SELECT player, CAST(day AS INTEGER) AS day, CAST({plan.calendar.context_sql('day')} AS TINYINT) AS context,"
        " CAST(row_number() OVER (PARTITION BY player ORDER BY day) AS INTEGER) AS nth,"
        " CAST(count(*) OVER (PARTITION BY player ORDER BY day ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"
        " AS INTEGER) AS back,"
        f" {metrics}\nFROM (\n{days}\n)\nORDER BY player, day"
    )


def _usable_player() -> str:
    """NUL cannot be stored in a text."""
    return f"coalesce(length(player) BETWEEN 1 AND {SUBJECT_MAX_LENGTH} AND NOT contains(player, chr(0)), false)"


def _day_number() -> str:
    """Days since 1970 of a text that begins as a date; NULL for others."""
    read = "TRY_CAST(substr(day, 1, 10) AS DATE)"
    return f"CASE WHEN isfinite({read}) THEN date_diff('day', DATE '1970-01-01', {read}) END"
