import json

import pytest

from tessella.domain.errors import FactRefused, Faults, MappingInvalid, MissingColumn, TessellaError, UndeclaredColumn
from tessella.domain.identifiers import SubjectId
from tessella.domain.imports.mapping import parse_mapping
from tessella.usecases.import_facts import import_facts
from tessella.usecases.store_parts import Imported
from tessella.warehouse.imports import DuckDBFiles
from tests.database import session_of, values_of
from tests.usecases.files import at, declare, read_report

pytestmark = pytest.mark.anyio

AS_OF = at("2017-12-31T00:00:00")
FEATURES = {
    "user.tier": "string",
    "user.ltv_eur": "number",
    "user.baskets": "integer",
    "user.is_member": "boolean",
    "user.joined": "timestamp",
    "user.tags": "string_list",
}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    for name, type_ in FEATURES.items():
        await declare(session, name, type_=type_)
    await declare(session, "user.age", type_="integer", personal=True)
    await declare(session, "session.x", type_="string", source="request")
    await declare(session, "user.visits", type_="integer", kind={"kind": "count"})
    return session


@pytest.fixture
def importing(session, duckdb, tmp_path):
    """Imports a file's bytes as facts; the result, and the lines of the report."""

    async def run(content: bytes | str, mapping: str = "", name: str = "f.csv", as_of: int = AS_OF):
        path, report = tmp_path / name, tmp_path / "report.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        imported = await import_facts(
            session,
            DuckDBFiles(duckdb),
            path,
            parse_mapping(mapping),
            as_of=as_of,
            report=report,
            progress=lambda share: None,
        )
        return imported, read_report(report)

    return run


async def test_every_cell_becomes_a_value_of_the_declared_type(importing, session):
    header = ",".join(["subject_id", *FEATURES])
    row = 'a,VIP,12.5,3,TRUE,2017-01-01 12:00,"[""x"", ""y""]"'
    assert await importing(f"{header}\n{row}\n") == (Imported(stored=6, rejected=0), [])
    assert await values_of(session, "a") == {
        "user.tier": "VIP",
        "user.ltv_eur": 12.5,
        "user.baskets": 3,
        "user.is_member": True,
        "user.joined": "2017-01-01T12:00:00.000000+00:00",
        "user.tags": ["x", "y"],
    }
    assert (await session.known(SubjectId("a"))).facts.values["user.joined"] == at("2017-01-01T12:00:00")


async def test_an_empty_cell_is_no_fact(importing, session):
    await importing("subject_id,user.tier,user.baskets\na,,3\n")
    assert await values_of(session, "a") == {"user.baskets": 3}


async def test_a_row_with_a_bad_cell_is_reported_and_stores_nothing(importing, session):
    rows = [
        ("a,new,1,2,true,2017-01-01,[]", ""),
        ("b,new,NaN,2,true,2017-01-01,[]", 'user.ltv_eur "NaN" is not a finite number'),
        (f"b,new,{2**70},2,true,2017-01-01,[]", f'user.ltv_eur "{2**70}" is not a finite number'),
        ("b,new,1,2.5,true,2017-01-01,[]", 'user.baskets "2.5" is not a whole number within 2^53'),
        ("b,new,1,2,yes,2017-01-01,[]", 'user.is_member "yes" is not true or false'),
        ("b,new,1,2,true,1.1.2017,[]", 'user.joined "1.1.2017" is not a time in ISO 8601'),
        ("b,new,1,2,true,2017-01-01,[1]", 'user.tags "[1]" is not a list of texts'),
        ("b,n\0w,1,2,true,2017-01-01,[]", 'user.tier "nw" is not text'),
        (",new,1,2,true,2017-01-01,[]", "subject_id is missing"),
        ("b,new,1,2,true,2017-01-01", "the row has too few columns"),
    ]
    header = ",".join(["subject_id", *FEATURES])
    imported, report = await importing("\n".join([header, *(row for row, _ in rows)]))
    assert report == [(line, reason) for line, (_, reason) in enumerate(rows, 2) if reason]
    assert imported == Imported(stored=6, rejected=9)
    assert await values_of(session, "b") == {}


async def test_the_file_may_say_when_its_facts_were_true(importing, session):
    content = "subject_id,user.tier,as_of\na,new,2017-01-01\na,VIP,2017-02-01\na,old,2016-01-01\nb,new,soon\n"
    imported, report = await importing(content)
    assert report == [(5, 'as_of "soon" is not a time in ISO 8601')]
    (fact,) = await session.stored_facts(SubjectId("a"))
    assert (fact.value, fact.as_of) == ("VIP", at("2017-02-01T00:00:00"))
    assert imported.rejected == 1


async def test_importing_a_file_twice_changes_nothing(importing):
    assert (await importing("subject_id,user.tier\na,VIP\n"))[0].stored == 1
    assert (await importing("subject_id,user.tier\na,VIP\n"))[0].stored == 0


async def test_older_facts_do_not_replace_newer_ones(importing, session):
    await importing("subject_id,user.tier\na,VIP\n")
    await importing("subject_id,user.tier\na,new\n", as_of=AS_OF - 1)
    assert await values_of(session, "a") == {"user.tier": "VIP"}


async def test_columns_are_renamed_and_left_out_by_the_mapping(importing, session):
    content = "household,level,note\na,VIP,x\n"
    await importing(content, "subject_id=household, user.tier=level, ignore=note")
    assert await values_of(session, "a") == {"user.tier": "VIP"}


async def refusal(importing, content: str, mapping: str = "") -> TessellaError:
    with pytest.raises(Faults) as raised:
        await importing(content, mapping)
    (only,) = raised.value.faults()
    return only


async def test_an_undeclared_column_is_refused_with_the_nearest_feature(importing, session):
    error = await refusal(importing, "subject_id,user.teir,user.baskets\na,VIP,1\n")
    assert isinstance(error, UndeclaredColumn)
    assert error.hint().startswith("Did you mean user.tier=user.teir?")
    assert await values_of(session, "a") == {}


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("user.age", "it is declared as personal data, which is not stored as a fact"),
        ("session.x", "it comes with the request"),
        ("user.visits", "it is computed from events"),
    ],
)
async def test_what_is_no_imported_fact_is_refused_with_a_sentence(importing, column, reason):
    error = await refusal(importing, f"subject_id,{column}\na,1\n")
    assert isinstance(error, FactRefused)
    assert error.message == f'Facts of "{column}" cannot be imported: {reason}.'
    assert error.hint() == f"Leave the column out with ignore={column}."


async def test_a_file_without_subjects_is_refused(importing):
    with pytest.raises(MissingColumn, match='no column "subject_id"'):
        await importing("user.tier\nVIP\n")


async def test_two_columns_for_one_feature_are_refused(importing):
    with pytest.raises(MappingInvalid, match="the file has a column of this name too"):
        await importing("subject_id,user.tier,level\na,VIP,new\n", "user.tier=level")


async def test_json_lines_pass_the_gate_without_any_conversion(importing, session):
    lines = [
        {"subject_id": "a", "user.baskets": 2.0, "user.tier": "VIP", "user.tags": ["x"], "user.joined": "2017-01-01"},
        {"subject_id": "b", "user.baskets": "2"},
        {"subject_id": "c", "user.tier": 5},
        {"subject_id": "d", "user.tags": "x"},
        {"subject_id": "e", "user.tier": None, "user.is_member": False},
    ]
    imported, report = await importing("\n".join(map(json.dumps, lines)), name="f.jsonl")
    assert [line for line, _ in report] == [2, 3, 4]
    assert imported.stored == 5
    assert (await values_of(session, "a"))["user.baskets"] == 2
    assert await values_of(session, "e") == {"user.is_member": False}


async def test_parquet_passes_the_gate_without_any_conversion(importing, duckdb, session, tmp_path):
    path = tmp_path / "source.parquet"
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES ('a', 2.0::DOUBLE, DATE '2017-01-01', ['x']), ('b', 2.5, NULL, NULL),"
        """ ('c', 'nan', NULL, NULL)) t(subject_id, "user.baskets", "user.joined", "user.tags"))"""
        f" TO '{path}' (FORMAT parquet)"
    )
    imported, report = await importing(path.read_bytes(), name="f.parquet")
    assert [line for line, _ in report] == [2, 3]
    assert imported.stored == 3
    assert (await values_of(session, "a"))["user.tags"] == ["x"]
