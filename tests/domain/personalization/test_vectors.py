"""Fields of vectors: what they are computed by, which values they may have, and that DuckDB says what Python says."""

import random
from collections.abc import Iterator

import msgspec
import pytest

from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.kinds.count import Count
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.personalization.vector import VECTOR_FIELDS, VECTOR_TYPES, FeatureVector
from tessella.domain.personalization.vectors.formulas import field_faults, formulas
from tessella.domain.personalization.vectors.ranges import COUNTRY_CODES, RANGES
from tessella.domain.personalization.vectors.statement import VectorStatement, counts_sql
from tessella.warehouse.duckdb import DuckDBWorker
from tests.domain.features.test_kinds import cell
from tests.duckdb_rows import load_rows

AS_OF = Instant(1_500_000_000_000_000)
FIELDS = tuple(map(FeatureName, VECTOR_FIELDS))


@pytest.fixture(scope="module")
def duckdb() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="500MB") as worker:
        yield worker


def declared(name: str, kind: dict[str, object] | None, type_: FeatureType, **fields: object):
    return {FeatureName(name): Feature(FeatureName(name), type_, kind=kind, **fields)}  # type: ignore[arg-type]  # tests name the fields


def formula(field: str, features: dict[FeatureName, Feature]):
    return {each.field: each for each in formulas(features)}[field]


def test_the_vector_has_the_nine_fields_of_the_requirement_and_each_has_a_type_a_range_and_a_formula():
    assert VECTOR_FIELDS == (
        "engagement_score", "notification_ctr", "session_count_7d", "session_count_30d", "avg_session_duration_sec",
        "preferred_time_slot", "device_type", "country_code", "timezone_offset",
    )  # fmt: skip
    assert tuple(RANGES) == tuple(VECTOR_TYPES) == tuple(each.field for each in formulas({})) == VECTOR_FIELDS
    assert set(msgspec.structs.asdict(FeatureVector(SubjectId("a"), AS_OF))) == {
        "user_id",
        "computed_at",
        *VECTOR_FIELDS,
    }


def test_no_formula_looks_back_further_than_thirty_days_unless_a_namespace_declares_so():
    assert VectorStatement(formulas({}), AS_OF).since() == AS_OF - 30 * DAY_US
    longer = declared("session_count_30d", {"kind": "count", "window_days": 90}, FeatureType.INTEGER)
    assert VectorStatement(formulas(longer), AS_OF).since() == AS_OF - 90 * DAY_US
    ever = declared("session_count_30d", {"kind": "count"}, FeatureType.INTEGER)
    assert VectorStatement(formulas(ever), AS_OF).since() is None


def test_a_kind_that_a_namespace_declares_under_the_name_of_a_field_takes_the_place_of_ours():
    own = declared("session_count_7d", {"kind": "count", "event_type": "purchase"}, FeatureType.INTEGER)
    kind = formula("session_count_7d", own).kind
    assert isinstance(kind, Count)
    assert kind.events.event_type == "purchase"


@pytest.mark.parametrize(
    "feature",
    [
        declared("session_count_7d", None, FeatureType.INTEGER),
        declared("session_count_7d", {"kind": "count"}, FeatureType.NUMBER),
        declared("session_count_7d", None, FeatureType.INTEGER, source=Source.REQUEST),
    ],
)
def test_a_feature_without_a_kind_or_of_another_type_leaves_ours(feature):
    assert formula("session_count_7d", feature) == formula("session_count_7d", {})


def test_a_feature_called_as_a_field_has_to_have_its_type():
    [fault] = field_faults(Feature(FeatureName("country_code"), FeatureType.NUMBER), "/features/country_code")
    assert (fault.pointer, "string" in fault.hint()) == ("/features/country_code/type", True)
    assert list(field_faults(Feature(FeatureName("country_code"), FeatureType.STRING), "")) == []
    assert list(field_faults(Feature(FeatureName("user.country"), FeatureType.NUMBER), "")) == []


def test_a_namespace_may_name_other_devices_but_no_other_countries():
    kind = {"kind": "top_value", "field": "shop"}
    kiosk = declared("device_type", kind, FeatureType.STRING, allowed_values=("kiosk", "k" * 65))
    assert formula("device_type", kiosk).range.holds("kiosk")
    assert not formula("device_type", kiosk).range.holds("mobile")
    assert not formula("device_type", kiosk).range.holds("k" * 65)
    country = declared("country_code", kind, FeatureType.STRING, allowed_values=("Atlantis",))
    assert formula("country_code", country).range is RANGES["country_code"]


def test_countries_are_those_of_the_standard():
    assert len(set(COUNTRY_CODES)) == 249
    assert {"US", "GB", "LB", "FI", "XK"} - set(COUNTRY_CODES) == {"XK"}


@pytest.mark.parametrize(
    ("field", "value", "holds"),
    [
        ("engagement_score", 1.0, True), ("engagement_score", 1.01, False), ("engagement_score", -0.01, False),
        ("session_count_7d", 0, True), ("session_count_7d", -1, False), ("session_count_7d", 10**9, False),
        ("avg_session_duration_sec", 86_400.0, True), ("avg_session_duration_sec", 86_401.0, False),
        ("preferred_time_slot", 23, True), ("preferred_time_slot", 24, False),
        ("device_type", "mobile", True), ("device_type", "ann@example.org", False), ("device_type", "Mobile", False),
        ("country_code", "US", True), ("country_code", "us", False), ("country_code", "Main St 5", False),
        ("timezone_offset", -8.0, True), ("timezone_offset", 5.75, True), ("timezone_offset", 14.25, False),
        ("timezone_offset", 1.234567, False),
    ],
)  # fmt: skip
def test_a_value_that_a_field_may_not_have_is_none_of_its_range_in_python_and_in_duckdb(duckdb, field, value, holds):
    assert RANGES[field].holds(value) is holds
    assert duckdb.query(f"SELECT {RANGES[field].sql('x')} FROM (SELECT ? AS x)", [value]) == [(holds,)]


def some_events(seed: int) -> list[Event]:
    rng = random.Random(seed)
    types = (
        "content_started", "content_completed", "notification_sent", "notification_clicked", "session_started",
        "session_ended", "other",
    )  # fmt: skip
    values: dict[str, tuple[object, ...]] = {
        "duration_sec": (10, 20.5, "x", -5, 10**7, None),
        "device_type": ("mobile", "tablet", "Ann Smith, Main St 5", 7),
        "country_code": ("US", "FI", "fi", "x@y.zz", True),
        "timezone_offset": (-8, 5.5, 99, "2", 0.1),
    }
    return [
        Event(
            f"{seed}-{at}", SubjectId(f"s{rng.randrange(15)}"), rng.choice(types),
            Instant(AS_OF - rng.randrange(40 * DAY_US) * rng.choice((1, 1, 0)) + rng.choice((0, 0, 0, 1))),
            properties={name: rng.choice(told) for name, told in values.items() if rng.random() < 0.5},
        )
        for at in range(200)
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_duckdb_computes_the_vectors_that_the_kinds_and_ranges_say(duckdb, seed):
    events, statement = some_events(seed), VectorStatement(formulas({}), AS_OF)
    table = statement.table
    load_rows(duckdb, "events", table.columns(), [[cell(each, field) for field in table.fields()] for each in events])
    found = {row[0]: list(row[1:]) for row in duckdb.query(statement.sql())}
    expected: dict[str, list[object]] = {}
    for subject in {each.subject_id for each in events}:
        own = [each for each in events if each.subject_id == subject]
        if not any(AS_OF - 30 * DAY_US < each.occurred_at <= AS_OF for each in own):
            continue
        told = [(each, each.kind.value(own, AS_OF)) for each in statement.formulas]
        kept = [value if value is not None and each.range.holds(value) else None for each, value in told]
        dropped = [value is not None and not each.range.holds(value) for each, value in told]
        expected[subject] = [*kept, *dropped]
    assert found == expected
    [counts] = duckdb.query(counts_sql(f"({statement.sql()})"))
    faults = [row[9:] for row in expected.values()]
    assert list(counts) == [len(faults), sum(not any(row) for row in faults), *map(sum, zip(*faults, strict=True))]
    assert sum(counts[2:]) > 0
