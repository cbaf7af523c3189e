"""Rows that hold days already, as one SELECT where they lie."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlglot import exp

from tessella.domain.errors.taxonomy_days import DayColumnMissing, DayColumnUnfit
from tessella.domain.identifiers import Pointer, nearest, point
from tessella.domain.rules.sql import Engine, SqlExpression, Stored, nodes
from tessella.domain.taxonomy.days.calendar import day_text
from tessella.domain.taxonomy.days.plan import DayPlan
from tessella.domain.taxonomy.game import DayRows

_NUMBERS = (Stored.FLOAT, Stored.DECIMAL, Stored.INTEGER)
_TEXTS = (Stored.TEXT, Stored.INTEGER)
_DAYS = (Stored.TEXT, Stored.DATE, Stored.TIMESTAMP, Stored.TIMESTAMP_NS)


def rows_sql(plan: DayPlan, rows: DayRows, found: Mapping[str, Stored], source: str, engine: Engine) -> str:
    """Player and day as texts, m0, m1 and so on as float64. `found` is how each column is stored.

    Of a column of dates only those of the window are read. Raises `DayColumnMissing` and `DayColumnUnfit`.
    """
    _check(plan, rows, found)
    day = nodes.cast(nodes.column(rows.day), "TEXT")
    selected = [
        exp.alias_(nodes.cast(nodes.column(rows.player), "TEXT"), "player", quoted=True),
        exp.alias_(day, "day", quoted=True),
        *(
            exp.alias_(nodes.cast(nodes.column(column), "DOUBLE"), f"m{at}", quoted=True)
            for at, column in plan.columns.items()
        ),
    ]
    select = nodes.render(exp.Select(expressions=selected).from_("raw"), engine)
    window = f"\nWHERE {nodes.render(_within(plan, day), engine)}" if found[rows.day] is Stored.DATE else ""
    return f"WITH raw AS (\n{source}\n)\n{select}{window}"


def days_sql(plan: DayPlan, rows: DayRows, found: Mapping[str, Stored], source: str, engine: Engine) -> str:
    """The days that any row has, as texts. Raises as `rows_sql` does."""
    _check(plan, rows, found)
    day = exp.alias_(nodes.cast(nodes.column(rows.day), "TEXT"), "day", quoted=True)
    select = nodes.render(exp.Select(expressions=[day]).from_("raw"), engine)
    return f"WITH raw AS (\n{source}\n), days AS (\n{select}\n)\nSELECT day FROM days GROUP BY day"


def _within(plan: DayPlan, day: SqlExpression) -> SqlExpression:
    """As texts, dates are in order of time."""
    first, last = (nodes.text(day_text(each)) for each in (plan.calendar.first, plan.calendar.last))
    return nodes.between(day, first, last)


def _check(plan: DayPlan, rows: DayRows, found: Mapping[str, Stored]) -> None:
    for at, column, kinds, needed in _needed(plan, rows):
        if column not in found:
            raise DayColumnMissing(at, plan.game.game_id, column, nearest(column, found))
        if found[column] not in kinds:
            raise DayColumnUnfit(at, plan.game.game_id, column, found[column].name.lower(), needed)


def _needed(plan: DayPlan, rows: DayRows) -> Iterator[tuple[Pointer, str, Collection[Stored], str]]:
    yield "/days/player", rows.player, _TEXTS, "text or an integer"
    yield "/days/day", rows.day, _DAYS, "a date or text"
    names = tuple(plan.kinds)
    for at, column in plan.columns.items():
        yield point("/metrics", names[at], "column"), column, _NUMBERS, "a number"
