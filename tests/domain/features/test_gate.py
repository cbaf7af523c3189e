import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.features.gate import TIMESTAMP_MAX, TIMESTAMP_MIN, iso, micros, normalise
from tessella.domain.features.types import FeatureType

STRING, NUMBER, INTEGER, BOOLEAN, TIMESTAMP, STRING_LIST = FeatureType

NOON = 1_483_272_000_000_000
LIMIT = 2**53

ACCEPTED = [
    (STRING, "", ""),
    (STRING, "VIP", "VIP"),
    (STRING, "e\u0301", "e\u0301"),
    (STRING, "\U0001f600", "\U0001f600"),
    (NUMBER, 5, 5.0),
    (NUMBER, -0.5, -0.5),
    (NUMBER, 1e308, 1e308),
    (NUMBER, LIMIT, float(LIMIT)),
    (INTEGER, 5, 5),
    (INTEGER, 2.0, 2),
    (INTEGER, -LIMIT, -LIMIT),
    (INTEGER, -0.0, 0),
    (BOOLEAN, True, True),
    (BOOLEAN, False, False),
    (TIMESTAMP, "2017-01-01T12:00:00Z", NOON),
    (TIMESTAMP, "2017-01-01T12:00", NOON),
    (TIMESTAMP, "2017-01-01 14:00:00+02:00", NOON),
    (TIMESTAMP, "2017-01-01T12:00:00.0000019Z", NOON + 1),
    (TIMESTAMP, "2017-01-01", NOON - 43_200_000_000),
    (TIMESTAMP, NOON, NOON),
    (TIMESTAMP, datetime(2017, 1, 1, 12), NOON),  # noqa: DTZ001  # a naive time means UTC
    (TIMESTAMP, datetime(2017, 1, 1, 14, tzinfo=timezone(timedelta(hours=2))), NOON),
    (TIMESTAMP, date(2017, 1, 1), NOON - 43_200_000_000),
    (TIMESTAMP, "0001-01-01T00:00:00Z", TIMESTAMP_MIN),
    (TIMESTAMP, "9999-12-31T23:59:59.999999Z", TIMESTAMP_MAX),
    (STRING_LIST, [], ()),
    (STRING_LIST, ["b", "a", "b"], ("b", "a", "b")),
    (STRING_LIST, ("a",), ("a",)),
]

ABSENT = [
    *((type_, None) for type_ in FeatureType),
    *((type_, {"a": 1}) for type_ in FeatureType),
    *((STRING, value) for value in (5, 1.5, True, ["a"], "a\0b", "\ud800", b"a")),
    *((NUMBER, value) for value in (True, "5", "", [5], math.nan, math.inf, -math.inf, 2**70, LIMIT + 1, Decimal(5))),
    *((INTEGER, value) for value in (True, "5", 2.5, math.nan, math.inf, 2**70, -LIMIT - 1, 1e300, [5])),
    *((BOOLEAN, value) for value in (0, 1, "true", "", [True], 1.0)),
    *(
        (TIMESTAMP, value)
        for value in ("", "yesterday", "2017-02-30", "20170101", "2017-1-1", "12:00", "2017-01-01T24:00")
    ),
    *((TIMESTAMP, value) for value in (TIMESTAMP_MAX + 1, TIMESTAMP_MIN - 1, 1.5, True, ["2017-01-01"], math.nan)),
    (TIMESTAMP, "0001-01-01T00:00:00+01:00"),
    (TIMESTAMP, "9999-12-31T23:59:59-01:00"),
    *((STRING_LIST, value) for value in ("a", ["a", None], ["a", 5], [["a"]], ["a\0"], ["\udfff"], {"a"})),
]


@pytest.mark.parametrize(("type_", "value", "normalised"), ACCEPTED)
def test_a_value_of_its_type_passes(type_, value, normalised):
    passed = normalise(value, type_)
    assert (passed, type(passed)) == (normalised, type(normalised))


@pytest.mark.parametrize(("type_", "value"), ABSENT)
def test_anything_else_is_absent(type_, value):
    assert normalise(value, type_) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()), st.lists, max_leaves=5
)


@given(JSON, st.sampled_from(FeatureType))
def test_what_has_passed_passes_again_unchanged(value, type_):
    once = normalise(value, type_)
    assert once is None or normalise(once, type_) == once


@given(st.integers(TIMESTAMP_MIN, TIMESTAMP_MAX))
def test_a_time_written_as_text_is_read_back_to_the_microsecond(instant):
    assert normalise(iso(instant), TIMESTAMP) == instant


def test_microseconds_before_1970_are_cut_off_towards_the_past():
    assert micros(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
