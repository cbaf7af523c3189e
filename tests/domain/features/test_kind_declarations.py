import pytest

from tessella.domain.definitions import Kind, read_definition
from tessella.domain.errors import (
    Faults,
    MalformedRule,
    TessellaError,
    UnknownField,
    UnknownKind,
    UnknownOperator,
    WrongResultType,
    WrongShape,
)
from tessella.domain.features.kinds.count import Count
from tessella.domain.features.kinds.parse import parse_kind
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.windows import Window


def read(kind: object, type_: str = "number", source: str = "fact"):
    feature = read_definition(Kind.FEATURE, {"name": "f", "type": type_, "source": source, "kind": kind})
    return feature, parse_kind(feature)


def fault(kind: object, **declared: str) -> TessellaError:
    """The one thing that is wrong with a declaration."""
    with pytest.raises(TessellaError) as raised:
        read(kind, **declared)
    (only,) = raised.value.faults()
    return only


def test_a_declaration_keeps_its_kind_as_written_and_is_read_into_one():
    written = {"kind": "count", "event_type": "purchase", "window_days": 28}
    feature, kind = read(written, "integer")
    assert (feature.kind, kind) == (written, Count(Selection("purchase", Window(28))))


def test_an_unknown_kind_is_told_the_nearest_one():
    error = fault({"kind": "coutn"})
    assert isinstance(error, UnknownKind)
    assert (error.pointer, error.hint()) == ("/kind/kind", 'Did you mean "count"?')


def test_an_unknown_option_is_told_the_nearest_one():
    error = fault({"kind": "count", "window_day": 3})
    assert isinstance(error, UnknownField)
    assert (error.pointer, error.nearest) == ("/kind/window_day", "window_days")


def test_every_unknown_option_is_reported():
    with pytest.raises(Faults) as raised:
        read({"kind": "count", "a": 1, "b": 2})
    assert [each.pointer for each in raised.value.faults()] == ["/kind/a", "/kind/b"]


def test_a_kind_that_reads_no_field_takes_none():
    assert fault({"kind": "count", "field": "value"}).pointer == "/kind/field"


@pytest.mark.parametrize("days", [0, -1, 3651, 1.5, 7.0, True, "7", [7]])
def test_a_window_is_1_to_3650_whole_days(days):
    error = fault({"kind": "count", "window_days": days})
    assert isinstance(error, WrongShape)
    assert (error.pointer, error.message) == ("/kind/window_days", "A window is 1 to 3650 whole days.")


@pytest.mark.parametrize(
    ("kind", "type_", "expected"),
    [
        ({"kind": "count"}, "string", "integer or number"),
        ({"kind": "sum", "field": "value"}, "integer", "number"),
        ({"kind": "last_timestamp"}, "number", "timestamp"),
        ({"kind": "top_value", "field": "item_id"}, "number", "string"),
        ({"kind": "days_since"}, "integer", "number"),
    ],
)
def test_the_declared_type_has_to_hold_the_result(kind, type_, expected):
    error = fault(kind, type_=type_)
    assert isinstance(error, WrongResultType)
    assert (error.pointer, error.hint()) == ("/kind", f"Declare the feature with type: {expected}.")


@pytest.mark.parametrize("field", [None, "", 5, "item_id", "event.occurred_at", "a\0b", "x" * 129])
def test_a_sum_needs_a_field_that_holds_numbers(field):
    assert fault({"kind": "sum", "field": field}).pointer == "/kind/field"


def test_a_favourite_needs_a_field_that_holds_text():
    error = fault({"kind": "top_value", "field": "value"}, type_="string")
    assert error.message == '"value" is a number, and this needs a string: item_id, event_type or a property.'


def test_only_a_fact_is_computed_from_events():
    assert fault({"kind": "count"}, source="request").pointer == "/kind"


def test_a_rate_without_a_condition_is_refused():
    assert fault({"kind": "rate"}).pointer == "/kind/where"


@pytest.mark.parametrize("kind", [{}, {"kind": None}, {"kind": ["count"]}])
def test_a_kind_without_a_name_is_refused(kind):
    assert fault(kind).pointer == "/kind/kind"


def test_a_fault_in_a_condition_is_pointed_at():
    error = fault({"kind": "count", "where": {"all": [{"eqq": ["event.brand", "x"]}]}})
    assert isinstance(error, UnknownOperator)
    assert error.pointer == "/kind/where/all/0/eqq"


def test_a_condition_reads_events_only():
    error = fault({"kind": "count", "where": {"eq": ["ctx.region", "FI"]}})
    assert (error.pointer, error.message) == ("/kind/where/eq", "A condition on events reads event.* only.")


@pytest.mark.parametrize("where", [{"in_segment": "vip"}, {"percent": [50, "salt"]}])
def test_a_condition_asks_neither_for_a_segment_nor_for_a_share_of_subjects(where):
    assert isinstance(fault({"kind": "count", "where": where}), TessellaError)


def test_a_condition_on_events_does_no_arithmetic():
    where = {"compare": [">", {"/": [{"var": "event.value"}, 2]}, 1]}
    assert fault({"kind": "count", "where": where}).message == "A condition on events does no arithmetic."


def test_a_property_is_compared_with_values_of_one_type():
    error = fault({"kind": "count", "where": {"any": [{"eq": ["event.hour", 18]}, {"eq": ["event.hour", "18"]}]}})
    assert isinstance(error, MalformedRule)
    assert "compared with a" in error.message


def test_a_property_that_is_compared_with_nothing_has_no_type():
    error = fault({"kind": "count", "where": {"exists": ["event.coupon"]}})
    assert error.message == 'The type of "event.coupon" cannot be told from this.'


def test_a_condition_that_is_too_deep_is_refused_without_recursion():
    where: object = {"eq": ["event.a", 1]}
    for _ in range(10_000):
        where = {"not": where}
    assert "too deep" in fault({"kind": "count", "where": where}).message
