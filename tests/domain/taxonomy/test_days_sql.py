"""DuckDB makes the days that Python makes, and stores the sums that numpy makes."""

import json
import math
import random
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from tessella.domain.features.computation import EVENTS
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.readings import PROPERTY
from tessella.domain.identifiers import GameId, Instant, SubjectId
from tessella.domain.taxonomy.baselines import RECENT_DAYS, Day
from tessella.domain.taxonomy.days.baselines_sql import baselines_sql, clean_days
from tessella.domain.taxonomy.days.kinds import DAY_KINDS
from tessella.domain.taxonomy.days.plan import DayPlan, plan_of
from tessella.domain.taxonomy.days.reference import baseline_of, days_of
from tessella.domain.taxonomy.days.statement import days_of_events, event_table
from tessella.domain.taxonomy.game import CONTEXTS, DayMetric, Game, Scale
from tessella.domain.taxonomy.stored_baseline import baseline_from
from tessella.warehouse.duckdb import DuckDBWorker
from tests.duckdb_rows import load_rows

ZONES = ("UTC", "America/New_York", "Pacific/Chatham", "Australia/Lord_Howe", "Africa/Casablanca", "America/Winnipeg")
#: One with changes of the clock before it, one before 1970, and the spring of a leap year.
MOMENTS = (20_779 * DAY_US, -1_200 * DAY_US + 7, 18_345 * DAY_US + 12_345_678)
HOSTILE = 'it\'s "x"; --'
METRICS = {
    "buys": DayMetric({"kind": "count", "event_type": "buy"}, scale=Scale.LOG),
    "spend": DayMetric({"kind": "sum", "field": "value"}, scale=Scale.LOG),
    "balance": DayMetric({"kind": "sum", "field": "value", "event_type": "buy"}),
    "basket": DayMetric({"kind": "mean", "field": "event.amount", "where": {"gt": ["event.amount", -5]}}),
    "items": DayMetric({"kind": "distinct_count", "field": "item_id"}),
    "gifts": DayMetric({"kind": "rate", "event_type": "buy", "where": {"eq": [f"event.{HOSTILE}", True]}}),
    "hour": DayMetric({"kind": "hour", "where": {"gte_days_since": ["event.occurred_at", 3]}}),
    "away": DayMetric({"kind": "gap"}, scale=Scale.LOG),
}


@pytest.fixture(scope="module")
def duckdb() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="300MB", threads=2) as worker:
        yield worker


def game(luck: random.Random, zone: str) -> Game:
    """Some of the metrics in some order."""
    names = luck.sample(list(METRICS), luck.randint(1, len(METRICS)))
    holidays = ("11-11", "02-29", "12-25", "03-01")
    return Game(
        GameId("g"), {each: METRICS[each] for each in names}, {}, timezone=zone, holidays=holidays,
        weekend=tuple(luck.sample(("friday", "saturday", "sunday"), 2)), window_days=luck.choice((1, 7, 45, 400)),
    )  # fmt: skip


def some_events(luck: random.Random, plan: DayPlan, as_of: int) -> list[Event]:
    edges = [plan.calendar.begin, plan.calendar.end, as_of, *plan.calendar.offsets.since]
    begin = max(plan.calendar.begin, as_of - 60 * DAY_US) - DAY_US
    return [
        Event(
            str(at),
            SubjectId(f"p{luck.randrange(8)}{luck.choice(('', HOSTILE))}"),
            luck.choice(("buy", "look", HOSTILE)),
            Instant(luck.choice((luck.choice(edges) + luck.choice((-1, 0, 1)), luck.randrange(begin, as_of + DAY_US)))),
            item_id=luck.choice((None, "a", "b", HOSTILE)),
            value=luck.choice((None, 0.1, 2.5, -0.3, -40.0, 2.0**53, 1e300, float("nan"), float("inf"), 12_345.67)),
            properties={
                name: luck.choice((None, 1, 2.5, -7, True, False, "x", 1e300, [1]))
                for name in ("amount", HOSTILE)
                if luck.random() < 0.8
            }
            or None,
        )
        for at in range(luck.choice((0, 5, 250)))
    ]


def cell(event: Event, field: str):
    """One field as storage sends it: a property as its JSON text."""
    if not field.startswith(PROPERTY):
        return getattr(event, field)
    held = (event.properties or {}).get(field.removeprefix(PROPERTY))
    return None if held is None else json.dumps(held, ensure_ascii=False)


def load(worker: DuckDBWorker, plan: DayPlan, events: Sequence[Event]) -> None:
    """The days of events, as a table `days`."""
    table = event_table(plan)
    load_rows(worker, EVENTS, table.columns(), [[cell(each, field) for field in table.fields()] for each in events])
    worker.execute(f"CREATE OR REPLACE TABLE days AS {days_of_events(plan, EVENTS)}")


def days_by_duckdb(worker: DuckDBWorker, plan: DayPlan) -> dict[str, list[Day]]:
    found: dict[str, list[Day]] = {}
    for player, day, context, nth, back, *values in worker.query(f"{clean_days(plan, 'days')} ORDER BY player, day"):
        numbers = np.array([math.nan if each is None else each for each in values])
        found.setdefault(player, []).append(Day(day, CONTEXTS[context], numbers))
        assert nth == len(found[player])
        assert back >= 1
    assert all(len({each.day for each in days}) == len(days) for days in found.values())
    return found


def numbers(text: str) -> list[float]:
    """PostgreSQL's text form of an array."""
    return [float(each) for each in text.strip("{}").split(",") if each]


def test_every_kind_of_a_day_is_among_those_that_both_engines_tell():
    """A kind that is added has to be added here: nothing else compares its SQL with its Python."""
    assert {each.kind["kind"] for each in METRICS.values()} == set(DAY_KINDS)


@pytest.mark.parametrize("seed", [*range(20), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(20, 300))])
def test_duckdb_makes_the_days_and_the_sums_that_python_makes(duckdb, seed):
    luck = random.Random(seed)
    as_of = Instant(luck.choice(MOMENTS))
    plan = plan_of(game(luck, luck.choice(ZONES)), as_of)
    events = some_events(luck, plan, as_of)
    expected = days_of(plan, [each for each in events if each.occurred_at <= plan.calendar.end])
    load(duckdb, plan, events)
    days = days_by_duckdb(duckdb, plan)
    assert days.keys() == expected.keys()
    for player, held in expected.items():
        assert [(each.day, each.context) for each in days[player]] == [(each.day, each.context) for each in held]
        np.testing.assert_array_equal([each.values for each in days[player]], [each.values for each in held])
    assert_baselines(duckdb, plan, expected)


def assert_baselines(worker: DuckDBWorker, plan: DayPlan, expected: dict[SubjectId, list[Day]]) -> None:
    stored = {player: rest for player, *rest in worker.query(baselines_sql(plan, "days"))}
    assert stored.keys() == expected.keys()
    for player, days in expected.items():
        as_of_day, count, sums, recent = stored[player]
        assert (as_of_day, count) == (plan.calendar.last, len(days))
        read = baseline_from(player, as_of_day, numbers(sums), numbers(recent), len(plan.kinds))
        told = baseline_of(plan, player, days)
        np.testing.assert_array_equal(read.counts, told.counts)
        np.testing.assert_allclose(read.sums, told.sums, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(read.squares, told.squares, rtol=1e-12, atol=1e-12)
        assert [(each.day, each.context) for each in read.recent] == [(each.day, each.context) for each in told.recent]
        np.testing.assert_array_equal([each.values for each in read.recent], [each.values for each in told.recent])


def test_of_many_days_the_last_are_kept_the_newest_last(duckdb):
    daily = Game(GameId("g"), {"buys": METRICS["buys"]}, {})
    plan = plan_of(daily, Instant(MOMENTS[0]))
    events = [Event(str(day), SubjectId("a"), "buy", Instant(day * DAY_US)) for day in range(20_700, 20_779)]
    load(duckdb, plan, random.Random(1).sample(events, len(events)))
    ((_, _, count, sums, recent),) = duckdb.query(baselines_sql(plan, "days"))
    baseline = baseline_from(SubjectId("a"), plan.calendar.last, numbers(sums), numbers(recent), 1)
    assert count == len(events)
    assert [each.day for each in baseline.recent] == list(range(20_779 - RECENT_DAYS, 20_779))


def test_sums_are_the_same_bits_however_often_they_are_made(duckdb):
    luck = random.Random(3)
    plan = plan_of(Game(GameId("g"), {"spend": METRICS["spend"], "balance": METRICS["balance"]}, {}), MOMENTS[0])
    events = [
        Event(
            str(at),
            SubjectId(f"p{at % 50}"),
            "buy",
            Instant(MOMENTS[0] - luck.randrange(100 * DAY_US)),
            value=luck.random(),
        )
        for at in range(5_000)
    ]
    made = set()
    for _ in range(3):
        load(duckdb, plan, luck.sample(events, len(events)))
        made.add(json.dumps(duckdb.query(f"{baselines_sql(plan, 'days')} ORDER BY player")))
    assert len(made) == 1
