"""Personal data comes into no feature: when it is defined, written, imported from CSV and Parquet, or computed."""

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import FactRefused, Faults
from tessella.domain.errors.personal_data import NamesPersonalData, PersonalValue
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.imports.mapping import parse_mapping
from tessella.ports import Change
from tessella.usecases.add_facts import SubjectValues, add_facts
from tessella.usecases.compute_features import compute_features
from tessella.usecases.import_facts import import_facts
from tessella.usecases.publish_changes import publish_changes
from tessella.warehouse.imports import DuckDBFiles
from tests.database import publish, session_of, values_of
from tests.usecases.files import at, declare, read_report

pytestmark = pytest.mark.anyio

AS_OF = at("2026-06-30T00:00:00")
EMAIL = "ann.smith@example.org"


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare(session, "user.tier", type_="string")
    await declare(session, "user.tags", type_="string_list")
    await declare(session, "user.lat", type_="number")
    return session


async def test_a_feature_of_personal_data_is_neither_saved_nor_published(session):
    with pytest.raises(Faults) as saved:
        await declare(session, "user.email", type_="string")
    change = Change(Kind.FEATURE, "user.email", {"name": "user.email", "type": "string"})
    with pytest.raises(Faults) as published:
        await publish_changes(session, [change])
    [first], [second] = saved.value.faults(), published.value.faults()
    assert isinstance(first, NamesPersonalData)
    assert (first.pointer, second.pointer) == ("/name", "/features/user.email/name")
    assert "user.email" not in (await session.definitions()).features


async def test_what_was_declared_before_stays_readable(session):
    await publish(session, Kind.FEATURE, "user.email", {"name": "user.email", "type": "string"})
    assert (await session.definitions()).features["user.email"].name == "user.email"


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"user.tier": EMAIL}, "an e-mail address"),
        ({"user.tags": ["gold", "+358 40 123 4567"]}, "a telephone number"),
        ({"user.lat": 60.16952}, "a precise location"),
    ],
)
async def test_a_fact_that_is_personal_data_is_refused_and_the_error_does_not_repeat_it(session, values, what):
    with pytest.raises(PersonalValue) as raised:
        await add_facts(session, [SubjectValues(SubjectId("a"), {"user.tier": "gold", **values})])
    error = raised.value
    assert (error.pointer, error.what) == (f"/facts/0/values/{next(iter(values))}", what)
    assert not any(each in error.message + error.hint() for each in ("ann", "358", "60.1"))
    assert await values_of(session, "a") == {}


async def imported(session, duckdb, path, mapping: str = ""):
    report = path.with_suffix(".report")
    done = await import_facts(
        session, DuckDBFiles(duckdb), path, parse_mapping(mapping), as_of=AS_OF, report=report,
        progress=lambda share: None,
    )  # fmt: skip
    return done, read_report(report)


async def test_a_row_of_a_file_with_personal_data_is_reported_without_it_and_stores_nothing(session, duckdb, tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text(
        f'subject_id,user.tier,user.tags,user.lat\na,{EMAIL},,1\nb,gold,,60.16952\nc,gold,"[""a""]",60.17\n'
    )
    done, report = await imported(session, duckdb, path)
    assert (done.stored, done.rejected) == (3, 2)
    assert report == [
        (2, "user.tier looks like an e-mail address, which is not stored"),
        (3, "user.lat looks like a precise location, which is not stored"),
    ]
    assert await values_of(session, "a") == await values_of(session, "b") == {}


async def test_a_row_of_parquet_is_refused_likewise(session, duckdb, tmp_path):
    path = tmp_path / "facts.parquet"
    rows = "VALUES ('a', 'gold', ['x', '10.1.2.3']), ('b', 'gold', ['x'])"
    duckdb.execute(
        f'COPY (SELECT * FROM ({rows}) AS t (subject_id, "user.tier", "user.tags")) TO \'{path}\' (FORMAT parquet)'
    )
    done, report = await imported(session, duckdb, path)
    assert (done.stored, [reason for _, reason in report]) == (
        2, ["user.tags looks like personal data, which is not stored"],
    )  # fmt: skip
    assert await values_of(session, "a") == {}


async def test_a_column_called_as_personal_data_is_not_imported_under_another_name(session, duckdb, tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text("subject_id,email\na,gold\n")
    with pytest.raises(Faults) as raised:
        await imported(session, duckdb, path, 'user.tier="email"')
    [fault] = raised.value.faults()
    assert isinstance(fault, FactRefused)
    assert '"email" is personal data' in fault.message


async def test_a_value_of_an_event_that_is_personal_data_becomes_no_fact(session, warehouse):
    kind = {"kind": "top_value", "field": "shop"}
    await declare(session, "user.shop", type_="string", kind=kind)
    await session.add_events(
        [
            Event("1", SubjectId("a"), "buy", Instant(AS_OF - 1), properties={"shop": EMAIL}),
            Event("2", SubjectId("b"), "buy", Instant(AS_OF - 1), properties={"shop": "north"}),
        ]
    )
    await compute_features(session, warehouse, as_of=AS_OF)
    assert (await values_of(session, "a"), await values_of(session, "b")) == ({}, {"user.shop": "north"})
