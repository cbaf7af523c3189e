"""How a player's day is measured, and what is refused."""

import math

import pytest

from tessella.domain.errors import Faults, TessellaError, UnknownField, UnknownKind, WrongShape
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import GameId, Instant, SubjectId
from tessella.domain.taxonomy.days.kinds import DAY_KINDS
from tessella.domain.taxonomy.days.parse import day_kinds, parse_day_kind
from tessella.domain.taxonomy.days.plan import plan_of
from tessella.domain.taxonomy.days.reference import baseline_of, days_of
from tessella.domain.taxonomy.game import Context, DayMetric, DayRows, Game, Scale

#: Monday, 23 November 2026, 0:00 UTC: the last day is a Sunday.
AS_OF = Instant(20_780 * DAY_US)
HOUR = 3_600_000_000


def fault_of(written: dict) -> TessellaError:
    with pytest.raises(TessellaError) as raised:
        parse_day_kind(written, "/metrics/m/kind")
    (fault,) = raised.value.faults()
    return fault


def game(*kinds: dict, scales: str = "", **changed) -> Game:
    """A game of metrics m0, m1 and so on; `scales` has an l for each that is log."""
    metrics = {
        f"m{at}": DayMetric(kind, scale=Scale.LOG if scales[at : at + 1] == "l" else Scale.LINEAR)
        for at, kind in enumerate(kinds)
    }
    return Game(GameId("arena"), metrics, {}, **changed)


def event(at: int, subject: str = "a", kind: str = "buy", **fields) -> Event:
    return Event(f"{subject}-{at}", SubjectId(subject), kind, Instant(at), **fields)


def told(game: Game, *events: Event, player: str = "a") -> list[list[float]]:
    return [each.values.tolist() for each in days_of(plan_of(game, AS_OF), events)[SubjectId(player)]]


@pytest.mark.parametrize("name", ["top_value", "days_since", "last_timestamp", "nonsense"])
def test_a_kind_that_is_none_of_days_is_refused_with_those_that_are(name):
    fault = fault_of({"kind": name})
    assert isinstance(fault, UnknownKind)
    assert fault.pointer == "/metrics/m/kind/kind"
    assert all(each in fault.message + fault.hint() for each in DAY_KINDS)


@pytest.mark.parametrize("written", [{}, {"kind": 5}, {"kind": None}])
def test_a_kind_without_a_name_is_refused(written):
    assert isinstance(fault_of(written), WrongShape)


@pytest.mark.parametrize("name", sorted(set(DAY_KINDS) - {"gap"}))
def test_a_day_takes_no_window_of_days(name):
    fault = fault_of({"kind": name, "window_days": 7, "field": "value"} if name in ("sum", "mean") else
                     {"kind": name, "window_days": 7})  # fmt: skip
    assert isinstance(fault, UnknownField)
    assert fault.pointer == "/metrics/m/kind/window_days"


def test_the_gap_takes_nothing():
    with pytest.raises(Faults) as refused:
        parse_day_kind({"kind": "gap", "event_type": "buy", "where": {}}, "")
    assert [each.pointer for each in refused.value.faults()] == ["/event_type", "/where"]


def test_a_metric_of_events_needs_a_kind_and_one_of_rows_has_none():
    with pytest.raises(WrongShape) as refused:
        day_kinds(Game(GameId("arena"), {"spend": DayMetric()}, {}))
    assert refused.value.pointer == "/metrics/spend/kind"
    with pytest.raises(WrongShape):
        day_kinds(game({"kind": "count"}, days=DayRows("days.csv")))
    assert len(day_kinds(game({"kind": "gap"}, days=DayRows("days.csv")))) == 1


def test_a_day_is_measured_from_its_own_events():
    measured = game(
        {"kind": "count"}, {"kind": "sum", "field": "value"}, {"kind": "hour"}, {"kind": "gap"},
        {"kind": "distinct_count", "field": "item_id"}, {"kind": "rate", "where": {"gt": ["event.value", 1]}},
    )  # fmt: skip
    begin = 20_770 * DAY_US
    events = [
        event(begin + 8 * HOUR, value=2.5, item_id="x"),
        event(begin + 11 * HOUR, value=0.5, item_id="y"),
        event(begin + 4 * DAY_US, value=7.0, item_id="x"),
    ]
    assert told(measured, *events)[1] == [1.0, 7.0, 0.0, 4.0, 1.0, 1.0]
    first = told(measured, *events)[0]
    assert first[:3] == [2.0, 3.0, 9.5]
    assert math.isnan(first[3])
    assert first[4:] == [2.0, 0.5]


def test_a_day_without_an_event_that_counts_for_a_metric_is_none():
    buys = game({"kind": "count", "event_type": "buy"}, {"kind": "mean", "event_type": "gift", "field": "value"})
    noon = 20_770 * DAY_US + 12 * HOUR
    events = [event(noon), event(noon + DAY_US, kind="look"), event(noon + 2 * DAY_US, kind="gift", value=3.0)]
    values = told(buys, *events)
    assert len(values) == 2
    assert values[0][0] == 1.0
    assert math.isnan(values[0][1])
    assert values[1] == [0.0, 3.0]


def test_events_before_the_window_or_of_a_day_that_goes_on_are_none_of_its_days():
    counted = game({"kind": "count"}, window_days=2)
    noon = 20_779 * DAY_US + 12 * HOUR
    events = [event(noon + by * DAY_US) for by in (-2, -1, 0, 1)]
    assert [each.day for each in days_of(plan_of(counted, AS_OF), events)[SubjectId("a")]] == [20_778, 20_779]


def test_a_value_below_zero_is_unknown_where_the_scale_is_log():
    refunds = game({"kind": "sum", "field": "value"}, {"kind": "sum", "field": "value"}, scales="l")
    ((log, linear),) = told(refunds, event(20_770 * DAY_US, value=-3.0))
    assert math.isnan(log)
    assert linear == -3.0


def test_sums_are_of_scaled_values_by_context_and_unknown_values_count_nowhere():
    spend = game({"kind": "sum", "field": "value"}, {"kind": "gap"}, scales="l")
    plan = plan_of(spend, AS_OF)
    saturday = 20_778 * DAY_US
    days = days_of(plan, [event(saturday, value=9.0), event(saturday + DAY_US, value=0.0)])[SubjectId("a")]
    baseline = baseline_of(plan, SubjectId("a"), days)
    assert baseline.counts.tolist() == [[0, 0], [2, 1], [0, 0]]
    assert baseline.sums[1] == pytest.approx([math.log(10), 1.0])
    assert baseline.squares[1] == pytest.approx([math.log(10) ** 2, 1.0])
    assert [(each.day, each.context) for each in baseline.recent] == [
        (20_778, Context.WEEKEND),
        (20_779, Context.WEEKEND),
    ]
