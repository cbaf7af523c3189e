"""The columns of a source: whether they are still what was declared, and what their names tell."""

import pytest

from tessella.domain.audiences.changed_columns import check_columns
from tessella.domain.audiences.column_words import group_of, looks_personal
from tessella.domain.audiences.declaring import feature_name_of
from tessella.domain.audiences.reading import readings_of
from tessella.domain.errors import ColumnMissing, ColumnTypeChanged, Faults
from tessella.domain.features.customer_row import CustomerRow, merged, with_row
from tessella.domain.features.schema import Schema
from tessella.domain.features.subject import Facts
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant
from tessella.domain.privacy.personal_names import is_personal_name
from tessella.domain.rules.ast import Form
from tessella.domain.rules.parse import parse_rule
from tessella.domain.usage import users_of_features
from tests.domain.test_sources import REVENUE, SHOP, STATUS, defined

USERS = {"total_revenue": ("big", "rich"), "customer_status": ("active",)}


def reading(*features):
    definitions = defined(SHOP, *features)
    return readings_of(definitions.features, definitions.sources)["shop"]


def faults_of(found):
    with pytest.raises(Faults) as refused:
        check_columns(reading(REVENUE, STATUS), found, USERS)
    return list(refused.value.faults())


def test_a_column_that_is_gone_is_named_with_its_feature_and_the_segments_that_read_it():
    (fault,) = faults_of({"customer_status": FeatureType.STRING})
    assert isinstance(fault, ColumnMissing)
    assert fault.pointer == "/features/total_revenue"
    assert fault.message == (
        'The source "shop" has no column "total_revenue", which the feature "total_revenue" is read from; '
        "segments that read it: big, rich."
    )


def test_a_column_of_another_type_is_named_with_both_types():
    (fault,) = faults_of({"total_revenue": FeatureType.STRING, "customer_status": FeatureType.STRING})
    assert isinstance(fault, ColumnTypeChanged)
    assert (fault.found, fault.declared, fault.segments) == ("string", "number", ("big", "rich"))


def test_a_column_of_a_type_that_no_feature_has_is_told_so():
    first, second = faults_of({"total_revenue": None})
    assert isinstance(first, ColumnMissing)
    assert "is of a type that no feature has" in second.message


@pytest.mark.parametrize(("own", "declared"), [("integer", "number"), ("string", "timestamp"), ("integer", "integer")])
def test_a_column_may_hold_what_is_wider_than_itself(own, declared):
    feature = REVENUE | {"type": declared}
    check_columns(reading(feature), {"total_revenue": FeatureType(own)}, {})


@pytest.mark.parametrize(("own", "declared"), [("number", "integer"), ("string", "number"), ("boolean", "string")])
def test_a_column_that_would_lose_values_is_refused(own, declared):
    feature = REVENUE | {"type": declared}
    with pytest.raises(Faults, match="is " + own):
        check_columns(reading(feature), {"total_revenue": FeatureType(own)}, {})


def test_new_columns_harm_nobody():
    found = {"total_revenue": FeatureType.NUMBER, "customer_status": FeatureType.STRING, "new": FeatureType.STRING}
    check_columns(reading(REVENUE, STATUS), found, USERS)


def test_a_segment_reads_what_the_segments_that_it_names_read():
    schema = Schema(defined(REVENUE).features.values())
    big = parse_rule({"gt": ["total_revenue", 200]}, Form.DSL, schema, "")
    membership = {"big": big, "both": parse_rule({"in_segment": "big"}, Form.DSL, schema, "")}
    assert users_of_features(membership) == {"total_revenue": ("big", "both")}


@pytest.mark.parametrize(
    ("column", "group"),
    [
        ("avg_order_value", "Financial"),
        ("days_since_last_order", "Activity"),
        ("CreditScore", "Risk & Engagement"),
        ("loyalty_tier", "Profile"),
        ("f_17", "DWH Columns"),
        ('select "x"; --', "DWH Columns"),
    ],
)
def test_the_words_of_a_column_tell_its_group(column, group):
    assert group_of(column) == group


@pytest.mark.parametrize("column", ["E-Mail", "phone_number", "firstName", "birth_date", "home_address", "ip", "name"])
def test_personal_columns_are_known_by_their_names(column):
    assert is_personal_name(column)


@pytest.mark.parametrize("column", ["brand_name", "store_names", "total_revenue", "ship_count", "mailing_count_x"])
def test_the_name_of_a_thing_is_not_personal(column):
    assert is_personal_name(column) is False


@pytest.mark.parametrize("text", ["ada@example.org", "+358 40 123 4567", "192.168.0.17"])
def test_a_value_may_be_personal_in_a_column_that_does_not_say_so(text):
    assert looks_personal(["gold", text])
    assert looks_personal([("gold", text)])


@pytest.mark.parametrize("value", ["2026-01-31", "01/02/2024", "0012345678", "VIP", 358401234567, True, 1.5])
def test_dates_and_numbers_are_not_taken_for_personal(value):
    assert looks_personal([value]) is False


@pytest.mark.parametrize(("column", "name"), [("Net Revenue (EUR)", "Net_Revenue_EUR_"), ("_x", "x"), ("-- ", "_")])
def test_a_feature_is_called_as_its_column_as_far_as_a_name_can_be(column, name):
    assert feature_name_of(column) == (name if name != "_" else None)


def test_a_stored_fact_does_not_stand_in_for_a_column():
    facts = Facts({"total_revenue": 1.0, "user.tier": "VIP"}, Instant(50))
    row = CustomerRow({"customer_status": "active"}, Instant(40))
    known = with_row(facts, row, {"total_revenue", "customer_status"})
    assert known.values == {"user.tier": "VIP", "customer_status": "active"}
    assert (known.as_of, known.from_row, known.row_is_stale) == (40, {"customer_status"}, False)


def test_a_customer_whom_no_source_holds_has_facts_of_no_time_however_often_the_source_is_asked():
    nobody = CustomerRow({}, Instant(40))
    assert with_row(Facts(), nobody, {"total_revenue"}).as_of is None
    assert with_row(Facts({"user.tier": "VIP"}, Instant(50)), nobody, {"total_revenue"}).as_of == 50


def test_a_source_that_does_not_hold_the_customer_does_not_make_the_values_of_another_older():
    here, nowhere = CustomerRow({"a": 1.0}, Instant(9)), CustomerRow({}, Instant(5))
    assert merged([here, nowhere]) == merged([nowhere, here]) == here


def test_the_rows_of_several_sources_are_as_old_as_the_oldest_and_stale_if_one_is():
    rows = [CustomerRow({"a": 1.0}, Instant(9)), CustomerRow({"b": 2.0}, Instant(5), stale=True)]
    assert merged(rows) == CustomerRow({"a": 1.0, "b": 2.0}, Instant(5), stale=True)
