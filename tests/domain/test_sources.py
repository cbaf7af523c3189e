"""Sources of customers, and the features that are read from their columns."""

import pytest

from tessella.domain.audiences.reading import readings_of
from tessella.domain.consistency import check_definitions
from tessella.domain.definitions import Definitions, Kind, read_definition, write_definition
from tessella.domain.errors import Faults, TessellaError
from tessella.domain.identifiers import Namespace
from tessella.domain.snapshot import build_snapshot
from tessella.domain.usage import users_of

SHOP = {"source_id": "shop", "engine": "duckdb", "location": "shop"}
BANK = {"source_id": "bank", "engine": "postgresql", "location": "postgresql://reader@bank.internal/bank"}
REVENUE = {"name": "total_revenue", "type": "number", "source": "warehouse"}
STATUS = {"name": "customer_status", "type": "string", "source": "warehouse", "customer_source": "shop"}
EMAIL = {"name": "email", "type": "string", "source": "warehouse", "personal": True}
KINDS = {"source_id": Kind.SOURCE, "segment_id": Kind.SEGMENT, "name": Kind.FEATURE}


def segment(segment_id, expr, **changed):
    return {"segment_id": segment_id, "rules": [{"rule_id": "r", "expr": expr}], **changed}


def defined(*written):
    definitions = Definitions()
    for each in written:
        field = next(field for field in KINDS if field in each)
        kind = KINDS[field]
        definitions = definitions.with_definition(kind, each[field], read_definition(kind, each))
    return definitions


def refusal_of(written):
    with pytest.raises(Faults) as refused:
        defined(written)
    return [(fault.pointer, fault.message) for fault in refused.value.faults()]


def test_a_source_reads_back_as_it_was_written():
    source = read_definition(Kind.SOURCE, SHOP | {"updated_at": "changed", "refresh_hours": 6})
    assert read_definition(Kind.SOURCE, write_definition(source)) == source
    assert (source.view, source.key) == ("customer_features_view", "customer_id")


@pytest.mark.parametrize(
    ("engine", "location"),
    [
        ("postgresql", "postgresql://reader:hunter2@bank.internal/bank"),
        ("postgresql", "host=bank.internal password = hunter2"),
        ("postgresql", "postgresql://bank.internal/bank?user=reader&password=hunter2"),
        ("spark", "sc://spark.internal:15002/;token=hunter2"),
        ("duckdb", "s3://key:hunter2@bucket/customers"),
        ("duckdb", "https://files.internal/customers.parquet?sig=hunter2"),
    ],
)
def test_a_location_with_a_secret_is_refused_and_the_secret_is_not_repeated(engine, location):
    found = refusal_of(SHOP | {"engine": engine, "location": location})
    assert found == [("/location", "A location holds no password, token or key.")]


@pytest.mark.parametrize(
    ("engine", "location"),
    [
        ("postgresql", "postgresql://reader@bank.internal:5433/bank?sslmode=require"),
        ("postgresql", "host=bank.internal dbname=bank"),
        ("postgresql", ""),
        ("spark", "sc://spark.internal:15002/;use_ssl=true"),
        ("duckdb", "s3://bucket/customers"),
        ("duckdb", "customers.parquet"),
    ],
)
def test_a_location_says_where_to_connect_in_the_way_of_its_engine(engine, location):
    assert read_definition(Kind.SOURCE, SHOP | {"engine": engine, "location": location}).location == location


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("location", ""),
        ("view", "../secrets"),
        ("view", "a.b.c.d"),
        ("view", 'v"; drop table customers'),
        ("view", "/etc/passwd"),
        ("key", ""),
        ("key", "a\0b"),
        ("updated_at", "a\nb"),
        ("refresh_hours", -1),
        ("refresh_hours", 100_000),
    ],
)
def test_what_a_source_cannot_mean_is_pointed_at(field, value):
    assert [pointer for pointer, _ in refusal_of(SHOP | {field: value})] == [f"/{field}"]


def test_a_column_may_be_called_anything_that_can_be_shown():
    feature = read_definition(Kind.FEATURE, REVENUE | {"column": 'select "x"; --'})
    assert feature.column_name == 'select "x"; --'
    assert read_definition(Kind.FEATURE, REVENUE).column_name == "total_revenue"


@pytest.mark.parametrize("field", ["column", "customer_source"])
def test_only_a_feature_of_the_warehouse_has_a_column_and_a_source(field):
    assert refusal_of(REVENUE | {"source": "fact", field: "shop"}) == [
        (f"/{field}", f"Only a feature of the source warehouse has a {field}, and this is one of fact.")
    ]


def faults_of(definitions):
    with pytest.raises(Faults) as refused:
        check_definitions(definitions)
    return [(fault.pointer, fault.message) for fault in refused.value.faults()]


def test_a_feature_cannot_name_a_source_that_is_not_there():
    assert faults_of(defined(SHOP, REVENUE | {"customer_source": "shup"})) == [
        ("/features/total_revenue/customer_source", 'There is no source "shup" in this namespace.')
    ]


def test_where_there_are_two_sources_a_feature_says_which():
    check_definitions(defined(SHOP, REVENUE))
    check_definitions(defined(SHOP, BANK, STATUS))
    assert faults_of(defined(SHOP, BANK, STATUS, REVENUE)) == [
        (
            "/features/total_revenue/customer_source",
            'There are 2 sources, and "total_revenue" does not say which one it is read from.',
        )
    ]


def test_without_a_source_a_feature_of_the_warehouse_is_an_imported_fact():
    definitions = defined(REVENUE, segment("big", {"gt": ["total_revenue", 200]}))
    check_definitions(definitions)
    assert build_snapshot(Namespace("shop"), 1, definitions, {}).sources_read == ()


def test_personal_columns_are_not_among_those_that_are_read():
    definitions = defined(SHOP, REVENUE, STATUS, EMAIL)
    reading = readings_of(definitions.features, definitions.sources)["shop"]
    assert [feature.name for feature in reading.features] == ["customer_status", "total_revenue"]


def test_the_sources_of_a_snapshot_are_those_that_active_rules_read():
    unread = defined(SHOP, REVENUE, STATUS, segment("off", {"gt": ["total_revenue", 200]}, active=False))
    read = defined(SHOP, BANK, STATUS, segment("active", {"eq": ["customer_status", "active"]}))
    assert build_snapshot(Namespace("shop"), 1, unread, {}).sources_read == ()
    assert build_snapshot(Namespace("shop"), 1, read, {}).sources_read == ("shop",)


def test_a_source_is_used_by_its_features_and_by_the_segments_that_read_them():
    definitions = defined(
        SHOP, REVENUE, STATUS, EMAIL, segment("big", {"gt": ["total_revenue", 200]}), segment("all", {"all": []})
    )
    assert users_of(definitions, Kind.SOURCE, "shop") == [
        "feature customer_status", "feature email", "feature total_revenue", "segment big",
    ]  # fmt: skip
    assert users_of(definitions, Kind.SOURCE, "bank") == []


def test_a_secret_in_a_location_is_told_as_one_typed_error():
    with pytest.raises(TessellaError) as refused:
        defined(SHOP | {"engine": "spark", "location": "sc://spark.internal/;token=hunter2"})
    assert "hunter2" not in str(refused.value)
    assert "TESSELLA_WAREHOUSE_" in next(refused.value.faults()).hint()


@pytest.mark.parametrize("form", ["dsl", "jsonlogic"])
def test_a_rule_that_reads_the_key_of_a_source_is_told_that_it_is_the_subjects_own_id(form):
    expr = {"dsl": {"eq": ["customer_id", "ada"]}, "jsonlogic": {"==": [{"var": "customer_id"}, "ada"]}}[form]
    rule = {"rule_id": "r", "form": form, "expr": expr}
    with pytest.raises(Faults) as refused:
        check_definitions(defined(SHOP, STATUS, {"segment_id": "ada", "rules": [rule]}))
    (fault,) = refused.value.faults()
    assert fault.message == 'No rule can read "customer_id": it is the subject\'s own id.'
    assert "subject_id" in fault.hint()
