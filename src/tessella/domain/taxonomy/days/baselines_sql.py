"""Rows of days as stored baselines, in DuckDB: see `stored_baseline`."""

from __future__ import annotations

from typing import Final

from tessella.domain.taxonomy.baselines import RECENT_DAYS
from tessella.domain.taxonomy.days.clean import cleaned_sql, fault_counts_sql, scaled_sql
from tessella.domain.taxonomy.days.plan import DayPlan
from tessella.domain.taxonomy.game import CONTEXTS

#: What is summed of each metric, in the order of what is stored.
_SUMS: Final = {
    "counts": "count({0})",
    "sums": "coalesce(sum({0}), 0)",
    "squares": "coalesce(sum({0} * {0}), 0)",
}


def baselines_sql(plan: DayPlan, days: str) -> str:
    """A row for each player of rows of days: player_id, as_of_day, days, and sums and recent as PostgreSQL's arrays."""
    in_order = ", ".join(_of_context(sums, context, plan) for sums in _SUMS for context in range(len(CONTEXTS)))
    return (
        f"WITH clean AS ({clean_days(plan, days)}),\n"
        f"summed AS (SELECT player, CAST(sum(days) AS BIGINT) AS days, concat_ws(',', {in_order}) AS sums"
        f" FROM ({_by_context(plan)}) GROUP BY player),\n"
        "last AS (SELECT player, string_agg(said, ',' ORDER BY day) AS recent"
        f" FROM ({_last_days(plan)}) GROUP BY player)\n"
        f"SELECT player, {plan.calendar.last} AS as_of_day, days, {_array('sums')} AS sums,"
        f" {_array('recent')} AS recent FROM summed JOIN last USING (player)"
    )


def _by_context(plan: DayPlan) -> str:
    """A row for each player and context, each of `_SUMS` as text. Two steps add up far fewer cells than one."""
    scaled = "".join(f", {scaled_sql(f'm{at}', scale)} AS t{at}" for at, scale in enumerate(plan.scales))
    added = ", ".join(
        f"concat_ws(',', {', '.join(form.format(f't{at}') for at in range(len(plan.kinds)))}) AS {name}"
        for name, form in _SUMS.items()
    )
    return (
        f"SELECT player, context, count(*) AS days, {added} FROM (SELECT *{scaled} FROM clean) GROUP BY player, context"
    )


def _of_context(sums: str, context: int, plan: DayPlan) -> str:
    """The sums of one context, zeros where the player has no day of it."""
    zeros = ",".join("0" * len(plan.kinds))
    return f"coalesce(any_value({sums}) FILTER (WHERE context = {context}), '{zeros}')"


def _last_days(plan: DayPlan) -> str:
    said = ", ".join(("day", "context", *(f"coalesce(m{at}, 'nan')" for at in range(len(plan.kinds)))))
    return f"SELECT player, day, concat_ws(',', {said}) AS said FROM clean WHERE back <= {RECENT_DAYS}"


def clean_days(plan: DayPlan, days: str, more: str = "") -> str:
    """Rows of days in which a value that does not count is NULL. `more` is a list of further columns."""
    metrics = "".join(f", {cleaned_sql(f'm{at}', scale)} AS m{at}" for at, scale in enumerate(plan.scales))
    return f"SELECT player, day, context, nth, back{metrics}{more} FROM {days}"


def fault_counts(plan: DayPlan, days: str) -> str:
    """One row: how many values do not count, in the order of `faults_named`."""
    counts = (count for at, scale in enumerate(plan.scales) for count in fault_counts_sql(f"m{at}", scale).values())
    return f"SELECT {', '.join(counts)} FROM {days}"


def faults_named(plan: DayPlan) -> list[tuple[str, str]]:
    """Metrics and reasons."""
    return [
        (name, reason)
        for name, scale in zip(plan.kinds, plan.scales, strict=True)
        for reason in fault_counts_sql("", scale)
    ]


def _array(numbers: str) -> str:
    """A list of numbers as PostgreSQL writes an array."""
    return f"'{{' || {numbers} || '}}'"
