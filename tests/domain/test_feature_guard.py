"""No feature holds personal data: what is refused at its declaration and of its values, in Python and DuckDB alike."""

import json
from collections.abc import Iterator

import pytest

from tessella.domain.definitions import Kind, check_written, read_definition
from tessella.domain.errors import Faults
from tessella.domain.errors.personal_data import NamesPersonalData, PersonalDataComputed, PersonalValue
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.privacy.feature_guard import feature_faults, personal_value
from tessella.domain.privacy.feature_guard_sql import value_tests, without_personal
from tessella.warehouse.duckdb import DuckDBWorker


@pytest.fixture(scope="module")
def duckdb() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="500MB") as worker:
        yield worker


def feature(name: str = "user.tier", type_: str = "string", **fields: object) -> Feature:
    return Feature(FeatureName(name), FeatureType(type_), **fields)  # type: ignore[arg-type]  # tests name the fields


def faults_of(**declared: object):
    written = {"name": "user.tier", "type": "string", **declared}
    with pytest.raises(Faults) as raised:
        check_written(read_definition(Kind.FEATURE, written), "/features/f")
    return list(raised.value.faults())


@pytest.mark.parametrize(
    ("name", "type_"), [("user.email", "string"), ("user.phone", "integer"), ("user.birth_date", "timestamp")]
)
def test_a_feature_called_as_personal_data_says_that_it_is(name, type_):
    [fault] = faults_of(name=name, type=type_)
    assert isinstance(fault, NamesPersonalData)
    assert (fault.pointer, "personal: true" in fault.hint()) == ("/features/f/name", True)
    check_written(feature(name, type_, personal=True), "")


def test_a_column_called_as_personal_data_is_told_by_its_own_pointer():
    [fault] = faults_of(source="warehouse", column="Last Name")
    assert fault.pointer == "/features/f/column"


@pytest.mark.parametrize("name", ["user.mobile_share", "product_name", "item.name", "ctx.region"])
def test_a_feature_about_such_is_declared_like_any_other(name):
    assert list(feature_faults(feature(name), "")) == []


def test_whether_there_is_an_address_is_no_address():
    check_written(feature("user.email", "boolean"), "")


def test_a_listed_value_that_is_an_address_is_refused_and_not_repeated():
    [fault] = faults_of(allowed_values=["gold", "ann@example.org"])
    assert isinstance(fault, PersonalValue)
    assert fault.pointer == "/features/f/allowed_values/1"
    assert "ann" not in fault.message + fault.hint()


@pytest.mark.parametrize(
    "kind", [{"kind": "top_value", "field": "email"}, {"kind": "top_value", "field": "event.phone_number"}]
)
def test_personal_data_is_not_computed_from_events(kind):
    [fault] = faults_of(kind=kind)
    assert isinstance(fault, PersonalDataComputed)
    assert fault.pointer == "/features/f/kind/field"
    [fault] = faults_of(kind={"kind": "top_value", "field": "shop"}, personal=True)
    assert fault.pointer == "/features/f/kind"


def test_how_many_addresses_somebody_used_is_computed():
    check_written(feature("user.cards", "integer", kind={"kind": "distinct_count", "field": "email"}), "")


VALUES = (
    (feature(), "ann@example.org", "an e-mail address"),
    (feature(), "+358 40 123 4567", "a telephone number"),
    (feature(), "0401234567", "a telephone number"),
    (feature("user.last_isbn"), "0306406152", None),
    (feature("user.last_isbn"), "+358 40 123 4567", "a telephone number"),
    (feature("user.last_products", "string_list"), ("0306406152",), None),
    (feature(), "012345678905", None),
    (feature(), "10.1.2.3", "a network address"),
    (feature(), "60.16952,24.93545", "a precise location"),
    (feature(), "Mrs. Ann Smith", "a person's name"),
    (feature(), "I would like to have my parcel left with the neighbours next door please", "free text"),
    (feature(), "gold", None),
    (feature(), "", None),
    (feature(allowed_values=("10.1.2.3",)), "10.1.2.3", None),
    (feature(allowed_values=("10.1.2.3",)), "10.1.2.4", "a network address"),
    (feature(type_="string_list"), ("gold", "a@b.cd"), "an e-mail address"),
    (feature(type_="string_list"), ("gold", "b"), None),
    (feature("user.lat", "number"), 60.16952, "a precise location"),
    (feature("user.lat", "number"), 60.17, None),
    (feature("user.score", "number"), 60.16952, None),
    (feature("user.lat", "integer"), 60, None),
    (feature("user.flag", "boolean"), True, None),
)


@pytest.mark.parametrize(("declared", "value", "what"), VALUES)
def test_a_value_that_is_personal_data_is_told(declared, value, what):
    assert personal_value(declared, value) == what


def test_duckdb_tells_the_same_of_every_value(duckdb):
    types = {
        "string": "VARCHAR",
        "string_list": "VARCHAR[]",
        "number": "DOUBLE",
        "integer": "BIGINT",
        "boolean": "BOOL",
    }
    for declared, value, what in VALUES:
        tests = " OR ".join(test for _, test in value_tests(declared, "x")) or "false"
        sent = list(value) if isinstance(value, tuple) else value
        sql = f"SELECT {tests} FROM (SELECT CAST(? AS {types[declared.type]}) AS x)"
        assert (value, duckdb.query(sql, [sent])) == (value, [(what is not None,)])


def test_facts_are_computed_without_values_that_are_personal_data(duckdb):
    places = feature("user.lat", "number")
    rows = [("user.tier", "gold"), ("user.tier", "ann@example.org"), ("user.lat", 60.16952), ("user.lat", 60.17)]
    facts = " UNION ALL ".join(
        f"SELECT 's' AS subject_id, '{name}' AS feature, '{json.dumps(value)}' AS value, 0 AS as_of"
        for name, value in [*rows, ("user.other", "ann@example.org")]
    )
    kept = duckdb.query(without_personal(facts, [feature(), places]))
    assert sorted(row[1:3] for row in kept) == [
        ("user.lat", "60.17"), ("user.other", '"ann@example.org"'), ("user.tier", '"gold"'),
    ]  # fmt: skip
    assert without_personal(facts, [feature("user.visits", "integer")]) == facts
