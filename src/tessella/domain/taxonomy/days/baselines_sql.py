"""Rows of days as stored baselines, in DuckDB: see `stored_baseline`."""

from __future__ import annotations

from tessella.domain.taxonomy.baselines import RECENT_DAYS
from tessella.domain.taxonomy.days.clean import cleaned_sql, fault_counts_sql, scaled_sql
from tessella.domain.taxonomy.days.plan import DayPlan
from tessella.domain.taxonomy.game import CONTEXTS


def baselines_sql(plan: DayPlan, days: str) -> str:
    """A row for each player of rows of days: player_id, as_of_day, days, and sums and recent as PostgreSQL's arrays."""
    metrics = range(len(plan.kinds))
    scaled = "".join(f", {scaled_sql(f'm{at}', scale)} AS t{at}" for at, scale in enumerate(plan.scales))
    sums = ", ".join(
        form.format(at=at, context=context)
        for form in (
            "count(t{at}) FILTER (WHERE context = {context})",
            "coalesce(sum(t{at}) FILTER (WHERE context = {context}), 0)",
            "coalesce(sum(t{at} * t{at}) FILTER (WHERE context = {context}), 0)",
        )
        for context in range(len(CONTEXTS))
        for at in metrics
    )
    last = ", ".join(("day", "context", *(f"coalesce(m{at}, 'nan')" for at in metrics)))
    recent = f"flatten(list(CAST([{last}] AS DOUBLE[]) ORDER BY day) FILTER (WHERE back <= {RECENT_DAYS}))"
    return (
        f"SELECT player, {plan.calendar.last} AS as_of_day, count(*) AS days,"
        f" {_array(f'CAST([{sums}] AS DOUBLE[])')} AS sums, {_array(recent)} AS recent\n"
        f"FROM (SELECT *{scaled} FROM ({clean_days(plan, days)})) GROUP BY player"
    )


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
    """A list of DOUBLE as PostgreSQL writes an array."""
    return f"translate(CAST({numbers} AS VARCHAR), '[] ', '{{}}')"
