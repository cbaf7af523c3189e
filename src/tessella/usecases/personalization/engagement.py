"""How much people do with what they are shown, from events alone. Source: requirement D, "Online Metrics"."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.personalization.figures import (
    CLICK_THROUGH_RATE,
    COMPLETION_RATE,
    NO_MODEL,
    RETURN_RATE,
    SESSION_DURATION,
)
from tessella.domain.personalization.vectors.formulas import Formula, formulas
from tessella.ports import Session, Warehouse
from tessella.ports.personalization import EvaluatedMetric, Period
from tessella.usecases.personalization.asked import PersonalizationAsked
from tessella.usecases.taxonomy.day_rows import parquet

if TYPE_CHECKING:
    from tessella.domain.features.computation import EventTable

_PREFIX: Final = "tessella-engagement-"
#: Who was active on two days of so many has returned.
RETURN_DAYS: Final = 7
#: The metric over everybody that a field of the vector is of one subject.
_OF_FIELDS: Final[Mapping[str, str]] = {
    "notification_ctr": CLICK_THROUGH_RATE,
    "engagement_score": COMPLETION_RATE,
    "avg_session_duration_sec": SESSION_DURATION,
}


async def engagement(session: Session, warehouse: Warehouse, asked: PersonalizationAsked) -> list[EvaluatedMetric]:
    """The online metrics of the days that are asked for, over all who have not opted out.

    The click-through rate, the completion rate and the session duration are those of the fields `notification_ctr`,
    `engagement_score` and `avg_session_duration_sec`, computed over everybody's events at once. The return rate is the
    share of those who were active in the last seven days who were so on two of them or more, by UTC. The sample size
    is the number of subjects.
    """
    from tessella.domain.features.computation import EventTable  # loads sqlglot

    told = [each for each in formulas((await session.definitions()).features) if each.field in _OF_FIELDS]
    table = EventTable(tuple(each.kind for each in told), asked.until)
    since = Instant(asked.until - max(asked.days, RETURN_DAYS) * DAY_US)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        path = Path(folder) / "events.parquet"
        events = session.stream_events(table.fields(), until=asked.until, since=since)
        await warehouse.csv_to_parquet(path, table.columns(), events)
        typed = f"WITH {table.typed(parquet(path))}"
        [(subjects, *values)] = await warehouse.rows(f"{typed}\n{_rates_sql(told, table, asked)}")
        [(active, returned)] = await warehouse.rows(f"{typed}\n{_return_sql(asked.until)}")
    found = [(_OF_FIELDS[each.field], value, subjects) for each, value in zip(told, values, strict=True)]
    found.append((RETURN_RATE, returned / active if active else None, active))
    return [metric_of(asked.evaluated_at, asked.period, *each) for each in found]


def metric_of(
    at: Instant,
    period: Period,
    metric: str,
    value: float | None,
    sample_size: int,
    scope: str = "",
    model: str = NO_MODEL,
) -> EvaluatedMetric:
    """A figure as it is stored."""
    return EvaluatedMetric(at, period, scope, model, metric, None if value is None else float(value), int(sample_size))


def _rates_sql(told: Sequence[Formula], table: EventTable, asked: PersonalizationAsked) -> str:
    events = table.events()
    rates = ", ".join(each.kind.sql(events) for each in told)
    return f"SELECT count(DISTINCT subject_id), {rates} FROM typed WHERE occurred_at > {asked.cut:d}"


def _return_sql(until: Instant) -> str:
    days = f"count(DISTINCT occurred_at // {DAY_US})"
    active = (
        f"SELECT {days} AS days FROM typed WHERE occurred_at > {until - RETURN_DAYS * DAY_US:d} GROUP BY subject_id"
    )
    return f"SELECT count(*), count_if(days >= 2) FROM ({active})"
