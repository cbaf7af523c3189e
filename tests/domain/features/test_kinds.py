import itertools
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import pytest

from tessella.domain.errors import WrongShape
from tessella.domain.features.computation import EVENTS, Computation
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US, normalise
from tessella.domain.features.kinds import KINDS
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.options import SELECTION, Options
from tessella.domain.features.kinds.parse import parse_kind
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import PROPERTY
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.warehouse.duckdb import DuckDBWorker
from tests.duckdb_rows import load_rows

AS_OF = 1_500_000_000_000_000
HOSTILE = "it's \"a\\ {0}; DROP TABLE events; --"
FIELDS = ("event_type", "item_id", "event.value", "shop", "properties.value", "amount", "code", HOSTILE)
CONDITIONS = (
    None,
    {"gt": ["event.value", 1]},
    {"not": {"eq": ["event.shop", HOSTILE]}},
    {"any": [{"in": ["event.code", [7, 8.5]]}, {"eq": ["event.flag", True]}]},
    {"all": [{"lte_days_since": ["event.opened", 3]}, {"gte_days_since": ["event.occurred_at", 1]}]},
    {"matches": ["event.item_id", "^[a-c]"]},
    {"ne": [f"event.{HOSTILE}", HOSTILE]},
)
TEXTS = ("", "a", "b", "c", "é", "\U0001f600", "\ue000", 'A\n\t"\\', HOSTILE, "true", "12", "null")
NUMBERS = (
    0,
    -0.0,
    1,
    0.1,
    0.2,
    -3.333333,
    0.0000005,
    1e-9,
    12345678.12,
    2**53 - 1,
    2**53,
    2.0**53,
    -(2.0**60),
    1e300,
    7,
    8.5,
)
MOMENTS = ("2017-07-14T02:40:00Z", "2017-07-11T02:40:00Z", "2017-07-13", "2017-02-30", "9999-12-31T23:59:59.999999Z")
ODD = (None, True, False, [], ["a"], {"a": 1})


@pytest.fixture(scope="module")
def duckdb() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="500MB") as worker:
        yield worker


def event(subject: str = "s", at: int = AS_OF, **fields: object) -> Event:
    return Event(str(random.random()), subject, **{"event_type": "buy", "occurred_at": at} | fields)  # type: ignore[arg-type]  # tests name the fields


def declared(kind: dict[str, object], type_: str = "number") -> Feature:
    return Feature("f", FeatureType(type_), kind=kind)  # type: ignore[arg-type]  # a name is text


def variants(name: str) -> Iterator[Feature]:
    """Declarations of one kind with every field and condition that it takes."""
    kind = KINDS[name]
    for field in FIELDS if "field" in kind.takes else (None,):
        for at, where in enumerate(CONDITIONS):
            given = {
                "kind": name,
                "event_type": (None, "buy", HOSTILE)[at % 3],
                "window_days": (None, 1, 7, 3650)[at % 4],
            }
            given |= {"field": field, "where": where, "of": ("look", HOSTILE)[at % 2] if "of" in kind.takes else None}
            feature = declared({key: value for key, value in given.items() if value is not None}, min(kind.fits))
            try:
                parse_kind(feature)
            except WrongShape:
                continue
            yield feature


def some_events(seed: int) -> list[Event]:
    rng = random.Random(seed)
    moments = [AS_OF - 8 * DAY_US, AS_OF - 7 * DAY_US, AS_OF - 7 * DAY_US + 1, AS_OF - DAY_US, AS_OF, AS_OF + 1, 0]
    values = [*map(float, NUMBERS), float("nan"), float("inf"), None]
    properties = ("shop", "value", "amount", "code", "flag", "opened", HOSTILE)
    return [
        event(
            f"s{rng.randrange(12)}",
            rng.choice([*moments, AS_OF - rng.randrange(9 * DAY_US)]),
            event_type=rng.choice(("buy", "look", HOSTILE)),
            item_id=rng.choice((*TEXTS, None)),
            value=rng.choice(values),
            properties={
                name: rng.choice((*TEXTS, *NUMBERS, *MOMENTS, *ODD)) for name in properties if rng.random() < 0.8
            }
            or None,
        )
        for _ in range(600)
    ]


def by_duckdb(
    worker: DuckDBWorker, kinds: dict[str, FeatureKind], types: dict[str, FeatureType], events: Sequence[Event]
):
    """What the statement answers: {(subject, feature): value}."""
    computation = Computation(kinds, types, AS_OF)  # type: ignore[arg-type]  # names are texts
    rows = [[cell(each, field) for field in computation.fields()] for each in events]
    load_rows(worker, EVENTS, computation.columns(), rows)
    answered = worker.query(computation.sql())
    assert {as_of for *_, as_of in answered} <= {AS_OF}
    return {(subject, name): normalise(json.loads(value), types[name]) for subject, name, value, _ in answered}


def cell(event: Event, field: str):
    """One field as storage sends it: a property as its JSON text."""
    if not field.startswith(PROPERTY):
        return getattr(event, field)
    held = (event.properties or {}).get(field.removeprefix(PROPERTY))
    return None if held is None else json.dumps(held, ensure_ascii=False)


def by_reference(kinds: dict[str, FeatureKind], types: dict[str, FeatureType], events: Sequence[Event]):
    """What the kinds mean, in the same form."""
    known = {each.subject_id for each in events if each.occurred_at <= AS_OF}
    values = {
        (subject, name): normalise(
            kind.value([each for each in events if each.subject_id == subject], AS_OF), types[name]
        )
        for subject in known
        for name, kind in kinds.items()
    }
    return {key: value for key, value in values.items() if value is not None}


def assert_conforms(worker: DuckDBWorker, name: str) -> None:
    features = {f"{name}.{at}": each for at, each in enumerate(variants(name))}
    assert features, f"no declaration of {name} is valid"
    kinds = {each: kind for each, feature in features.items() if (kind := parse_kind(feature))}
    types = {each: feature.type for each, feature in features.items()}
    for seed in range(2):
        events = some_events(seed)
        expected, answered = by_reference(kinds, types, events), by_duckdb(worker, kinds, types, events)
        assert {key: value for key, value in answered.items() if expected.get(key) != value} == {}
        assert expected.keys() == answered.keys()


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_means_the_same_in_python_and_in_duckdb(duckdb, name):
    assert_conforms(duckdb, name)


@dataclass(frozen=True, slots=True)
class First:
    """The first time of an event that counts."""

    events: Selection

    fits: ClassVar = frozenset({FeatureType.TIMESTAMP})
    takes: ClassVar = SELECTION

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.selection())

    def readings(self):
        return ()

    def value(self, events, as_of):
        return min((each.occurred_at for each in self.events.of(events, as_of)), default=None)

    def sql(self, sql):
        return f"min(occurred_at) FILTER (WHERE {sql.condition(self.events)})"


def test_a_kind_is_added_by_one_line_in_the_registry(duckdb, monkeypatch):
    monkeypatch.setitem(KINDS, "first", First)
    assert_conforms(duckdb, "first")


def test_the_conformance_test_finds_a_kind_whose_sql_means_something_else(duckdb, monkeypatch):
    monkeypatch.setattr(First, "sql", lambda self, sql: f"max(occurred_at) FILTER (WHERE {sql.condition(self.events)})")
    monkeypatch.setitem(KINDS, "first", First)
    with pytest.raises(AssertionError):
        assert_conforms(duckdb, "first")


def value_of(kind: dict[str, object], *events: Event, type_: str = "number"):
    parsed = parse_kind(declared(kind, type_))
    assert parsed is not None
    return parsed.value(events, AS_OF)


def test_a_subject_without_a_counted_event_has_zero_events_and_no_mean_time_favourite_or_share():
    old = event(at=AS_OF - 30 * DAY_US, value=5.0)
    window = {"window_days": 7}
    assert value_of({"kind": "count"} | window, old) == 0
    assert value_of({"kind": "sum", "field": "value"} | window, old) == 0.0
    assert value_of({"kind": "distinct_count", "field": "item_id"} | window, old) == 0
    assert value_of({"kind": "mean", "field": "value"} | window, old) is None
    assert value_of({"kind": "days_since"} | window, old) is None
    assert value_of({"kind": "last_timestamp"} | window, old, type_="timestamp") is None
    assert value_of({"kind": "top_value", "field": "item_id"} | window, old, type_="string") is None
    assert value_of({"kind": "rate", "where": {"gt": ["event.value", 1]}} | window, old) is None


def test_a_window_leaves_out_its_beginning_and_takes_in_its_end():
    edges = [event(at=AS_OF - 7 * DAY_US), event(at=AS_OF - 7 * DAY_US + 1), event(at=AS_OF), event(at=AS_OF + 1)]
    assert value_of({"kind": "count", "window_days": 7}, *edges) == 2


def test_money_adds_up_to_the_same_sum_in_any_order():
    cents = [event(value=each) for each in (0.1, 0.2, 1e9, -1e9, 0.3)]
    sums = {value_of({"kind": "sum", "field": "value"}, *order) for order in itertools.permutations(cents)}
    assert sums == {0.6}


def test_a_value_that_is_no_finite_number_is_not_added():
    events = [event(value=1.5), event(value=float("nan")), event(value=float("inf")), event(value=None)]
    assert value_of({"kind": "sum", "field": "value"}, *events) == 1.5
    assert value_of({"kind": "mean", "field": "value"}, *events) == 1.5


def test_the_first_by_code_point_wins_among_equally_frequent_values():
    events = [event(item_id=each) for each in ("b", "a", "é", "b", "a", "é")]
    assert value_of({"kind": "top_value", "field": "item_id"}, *events, type_="string") == "a"


def test_a_rate_is_the_share_of_events_that_satisfy_its_condition():
    events = [event(properties={"coupon": each}) for each in (0.5, 0, None, 1)]
    assert value_of({"kind": "rate", "where": {"gt": ["event.coupon", 0]}}, *events) == 0.5


def test_a_ratio_is_of_the_other_types_events_and_at_most_one():
    ratio = {"kind": "ratio", "event_type": "done", "of": "begun", "window_days": 7}
    begun, done = event(event_type="begun"), event(event_type="done")
    assert value_of(ratio, begun, begun, begun, begun, done, done, done) == 0.75
    assert value_of(ratio, begun, done, done) == 1.0
    assert value_of(ratio, begun) == 0.0
    assert value_of(ratio, done) is None


def test_a_ratio_says_what_it_is_of():
    with pytest.raises(WrongShape) as raised:
        parse_kind(declared({"kind": "ratio", "event_type": "done"}))
    assert raised.value.pointer == "/kind/of"


def test_the_top_hour_is_that_of_the_clock_where_the_events_took_place():
    noon = AS_OF - AS_OF % DAY_US - DAY_US // 2
    hour = {"kind": "top_hour", "field": "timezone_offset"}
    there = [event(at=noon, properties={"timezone_offset": offset}) for offset in (-8, 5.5, 5.75, 99, None)]
    assert [value_of(hour, each, type_="integer") for each in there] == [4, 17, 17, 12, 12]
    assert value_of({"kind": "top_hour"}, *there[:2], type_="integer") == 12
    assert value_of(hour, *there, type_="integer") == 12
    assert value_of(hour, event(at=-1), type_="integer") == 23


def test_the_last_number_is_the_latest_that_was_told():
    told = [event(at=AS_OF - 2, properties={"zone": 9}), event(at=AS_OF - 1, properties={"zone": -3})]
    untold = [event(properties={"zone": "x"}), event()]
    assert value_of({"kind": "last_number", "field": "zone"}, *told, *untold) == -3.0
    assert value_of({"kind": "last_number", "field": "zone"}, *untold) is None


def test_days_since_counts_fractions_of_days():
    assert value_of({"kind": "days_since"}, event(at=AS_OF - DAY_US * 3 // 2), event(at=AS_OF - 9 * DAY_US)) == 1.5


def test_an_id_stays_the_same_text_whether_it_was_sent_as_text_or_as_a_number():
    events = [event(properties={"store": each}) for each in ("12", 12, 12.0)]
    assert value_of({"kind": "distinct_count", "field": "event.store"}, *events) == 1
