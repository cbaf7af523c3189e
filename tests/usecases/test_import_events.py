import csv
import json

import pytest

from tessella.domain.errors import FileInvalid, MappingInvalid, MissingColumn
from tessella.domain.imports.mapping import parse_mapping
from tessella.storage.sessions import StoredSession
from tessella.usecases.import_events import import_events
from tessella.usecases.store_parts import Imported
from tessella.warehouse.imports import DuckDBFiles
from tests.database import session_of
from tests.usecases.files import read_report

pytestmark = pytest.mark.anyio

HEADER = "event_id,subject_id,event_type,occurred_at,value\n"
MAPPING = "properties=*"


@pytest.fixture
async def session(storage, namespace) -> StoredSession:
    return await session_of(storage, namespace)


@pytest.fixture
def importing(session, duckdb, tmp_path):
    """Imports a file's bytes; the result, and the lines of the report."""

    async def run(content: bytes | str, mapping: str = MAPPING, name: str = "e.csv"):
        path, report = tmp_path / name, tmp_path / "report.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        imported = await import_events(
            session, DuckDBFiles(duckdb), path, parse_mapping(mapping), report=report, progress=lambda share: None
        )
        return imported, read_report(report)

    return run


async def stored(session: StoredSession, *columns: str) -> list[list[str]]:
    """What is stored, in the order of the first column."""
    pieces = [piece async for piece in session.stream_events(columns, until=2**60)]
    return sorted(csv.reader(b"".join(pieces).decode().splitlines()))


async def test_a_file_is_stored_with_its_properties(importing, session):
    content = "id,who,bought,usd,shop,size\n7,anna,2017-01-01T10:00:00+02:00,1.50,north,3\n8,bo,2017-01-01,,,\n"
    mapping = (
        "event_id=id, subject_id=who, occurred_at=bought, value=usd, event_type='buy', properties=shop+size:number"
    )
    assert await importing(content, mapping) == (Imported(stored=2, rejected=0), [])
    assert await stored(session, "event_id", "subject_id", "event_type", "occurred_at", "value", "properties") == [
        ["7", "anna", "buy", "1483257600000000", "1.5", '{"shop": "north", "size": 3.0}'],
        ["8", "bo", "buy", "1483228800000000", "", "{}"],
    ]


async def test_importing_a_file_twice_stores_its_events_once(importing, session):
    content = HEADER + "1,a,buy,2017-01-01,1\n2,a,buy,2017-01-02,2\n2,a,buy,2017-01-02,2\n"
    assert (await importing(content))[0] == Imported(stored=2, rejected=0)
    assert (await importing(content))[0] == Imported(stored=0, rejected=0)
    assert await stored(session, "event_id") == [["1"], ["2"]]


async def test_an_event_without_an_id_is_known_by_all_that_it_says(importing):
    content = "subject_id,event_type,occurred_at,shop\na,buy,2017-01-01,x\na,buy,2017-01-01,y\na,buy,2017-01-01,x\n"
    assert (await importing(content))[0].stored == 2
    assert (await importing(content))[0].stored == 0


async def test_an_id_is_composed_of_several_columns(importing, session):
    content = "basket,product,subject_id,event_type,occurred_at\n1,23,a,buy,2017-01-01\n12,3,a,buy,2017-01-01\n"
    await importing(content, "event_id=basket+product")
    assert await stored(session, "event_id") == [["12:3"], ["1:23"]]


async def test_each_bad_row_is_reported_with_its_line_and_reason(importing, session):
    rows = [
        ("1,a,buy,2017-01-01,1", ""),
        (",a,buy,2017-01-01,1", "event_id is missing"),
        ("3,,buy,2017-01-01,1", "subject_id is missing"),
        ("4,a,,2017-01-01,1", "event_type is missing"),
        ("5,a,buy,,1", "occurred_at is missing"),
        ("6,a,buy,yesterday,1", 'occurred_at "yesterday" is not a time in ISO 8601'),
        ("7,a,buy,2017-02-30,1", 'occurred_at "2017-02-30" is not a time in ISO 8601'),
        ("8,a,buy,2017-01-01,NaN", 'value "NaN" is not a finite number below 2^53'),
        ("9,a,buy,2017-01-01,inf", 'value "inf" is not a finite number below 2^53'),
        (f"10,a,buy,2017-01-01,{2**70}", f'value "{2**70}" is not a finite number below 2^53'),
        ("11,a,buy,2017-01-01,1e400", 'value "1e400" is not a finite number below 2^53'),
        ("12,a,buy,2017-01-01,1;5", 'value "1;5" is not a finite number below 2^53'),
        (f"13,{'x' * 257},buy,2017-01-01,1", "subject_id is longer than 256 characters"),
        (f"{'9' * 257},a,buy,2017-01-01,1", "event_id is longer than 256 characters"),
        (f"15,a,{'b' * 129},2017-01-01,1", "event_type is longer than 128 characters"),
        ("16,a\0b,buy,2017-01-01,1", "subject_id holds a NUL character"),
        ("17,a,buy,2017-01-01", "the row has too few columns"),
        ("18,a,buy,2017-01-01,1,2", "the row has too many columns"),
        ("19,a,buy,2017-01-01,2", ""),
    ]
    imported, report = await importing(HEADER + "".join(f"{row}\n" for row, _ in rows))
    assert report == [(line, reason) for line, (_, reason) in enumerate(rows, 2) if reason]
    assert imported == Imported(stored=2, rejected=len(rows) - 2)
    assert await stored(session, "event_id") == [["1"], ["19"]]


async def test_a_line_in_the_report_is_the_line_in_the_file(importing):
    quoted = '1,a,"bu\ny\n",2017-01-01,1\n'
    imported, report = await importing(HEADER + quoted + "\n\n" + quoted.replace("1,", "2,", 1) + "3,a,buy,never,1\n")
    assert imported.stored == 2
    assert report == [(10, 'occurred_at "never" is not a time in ISO 8601')]


async def test_a_row_that_is_not_utf_8_is_reported_and_the_others_are_stored(importing):
    content = HEADER.encode() + b"1,caf\xe9,buy,2017-01-01,1\n2,caf\xc3\xa9,buy,2017-01-01,1\n"
    assert await importing(content) == (Imported(stored=1, rejected=1), [(2, "the row is not UTF-8")])


@pytest.mark.parametrize("torn", ["2,a,buy,20", '2,a,"buy'])
async def test_a_torn_last_line_is_reported_and_the_lines_before_it_are_stored(importing, torn):
    imported, report = await importing(HEADER + "1,a,buy,2017-01-01,1\n" + torn)
    assert imported == Imported(stored=1, rejected=1)
    assert [line for line, _ in report] == [3]


async def test_times_without_a_zone_are_utc_and_others_are_converted(importing, session):
    times = [
        "2017-01-01T12:00:00",
        "2017-01-01 12:00:00Z",
        "2017-01-01T14:00+02:00",
        "2017-01-01T06:30:00.0000009-05:30",
    ]
    await importing(HEADER + "".join(f"{at},a,buy,{time},1\n" for at, time in enumerate(times)))
    assert await stored(session, "occurred_at") == [["1483272000000000"]] * 4


async def test_a_missing_column_is_named_with_the_nearest_before_anything_is_read(importing, session):
    with pytest.raises(MissingColumn) as raised:
        await importing(HEADER.replace("subject_id", "subjectid") + "1,a,buy,2017-01-01,1\n")
    assert raised.value.message == 'The file has no column "subject_id" for subject_id.'
    assert raised.value.hint().startswith('Did you mean "subjectid"? The file has event_id, subjectid,')
    assert await stored(session, "event_id") == []


async def test_a_mapped_column_that_is_not_there_is_named(importing):
    with pytest.raises(MissingColumn, match='no column "usd" for value'):
        await importing(HEADER, "value=usd")


@pytest.mark.parametrize(
    "mapping", ["subject_id", "a=b", "value=a+b", "value=1 2", "value=*", "properties=value:int", "x='"]
)
async def test_a_mapping_that_cannot_be_read_is_refused(importing, mapping):
    with pytest.raises(MappingInvalid):
        await importing(HEADER, mapping)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("e.csv", b"", "It has no header"),
        ("e.csv", b"a,a\n", "Two of its columns have the same name"),
        ("e.csv", b"caf\xe9,b\n", "Its first line is not UTF-8"),
        ("e.csv", b"event_id,subject_id\re1,anna\r", "lines end with CR alone"),
        ("e.csv", b"a" * 200_000 + b",b\n", "Its first line is no header: it is too long"),
        ("e.xlsx", b"PK", "The name does not tell its form"),
        ("e.csv", HEADER.encode() + b"1,a,buy,2017-01-01,1\r\n2,a,buy,2017-01-01,1\n", "It cannot be read"),
        ("e.parquet", b"PAR1 torn", "It cannot be read"),
    ],
)
async def test_a_file_that_cannot_be_read_at_all_says_why(importing, name, content, problem):
    with pytest.raises(FileInvalid, match=problem):
        await importing(content, name=name)


async def test_a_file_that_is_not_there_says_so(session, duckdb, tmp_path):
    with pytest.raises(FileInvalid, match="There is no such file"):
        await import_events(
            session, DuckDBFiles(duckdb), tmp_path / "none.csv", {}, report=tmp_path / "r", progress=lambda share: None
        )


async def test_hostile_names_of_columns_are_only_names(importing, session):
    hostile = "x'); DROP TABLE events; --"
    await importing(f'subject_id,event_type,occurred_at,"{hostile}","a""b"\na,buy,2017-01-01,1,2\n')
    ((properties,),) = await stored(session, "properties")
    assert json.loads(properties) == {hostile: "1", 'a"b': "2"}


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
async def test_the_delimiter_is_that_of_the_header(importing, delimiter):
    content = (HEADER + "1,a,buy,2017-01-01,1\n").replace(",", delimiter)
    assert (await importing(content))[0] == Imported(stored=1, rejected=0)


async def test_json_lines_keep_the_types_of_their_properties(importing, session):
    event = {"event_id": "1", "subject_id": "a", "event_type": "buy", "occurred_at": "2017-01-01", "value": 1.5}
    lines = [
        event | {"properties": {"shop": "x", "hour": 18, "gift": True}},
        event | {"event_id": 2, "properties": None},
    ]
    await importing("\n".join(map(json.dumps, lines)), "properties=properties", "e.jsonl")
    assert await stored(session, "event_id", "properties") == [
        ["1", '{"gift": true, "hour": 18, "shop": "x"}'],
        ["2", "{}"],
    ]


async def test_each_bad_line_of_json_is_reported(importing):
    event = {"event_id": "1", "subject_id": "a", "event_type": "buy", "occurred_at": "2017-01-01", "properties": {}}
    lines = [
        json.dumps(event),
        "",
        "[1]",
        '{"event_id": "2"',
        json.dumps(event | {"value": "1.5"}),
        json.dumps(event | {"subject_id": "a\0b"}),
        json.dumps(event | {"properties": [1]}),
        json.dumps(event | {"properties": {"a": "\0"}}),
        json.dumps(event | {"occurred_at": 1483228800}),
        json.dumps(event)[:-9],
    ]
    imported, report = await importing("\n".join(lines), "properties=properties", "e.jsonl")
    assert imported == Imported(stored=1, rejected=8)
    assert report == [
        (3, "the line is no JSON object"),
        (4, "the line is no JSON object"),
        (5, 'value "1.5" is not a number, but a text'),
        (6, "subject_id holds a NUL character"),
        (7, 'properties "[1]" is not a JSON object'),
        (8, "properties holds a NUL character"),
        (9, 'occurred_at "1483228800" is not a time in ISO 8601'),
        (10, "the line is no JSON object"),
    ]


async def test_parquet_keeps_the_types_of_its_columns(importing, duckdb, session, tmp_path):
    path = tmp_path / "source.parquet"
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES (1, 'a', TIMESTAMP '2017-01-01 12:00:00', 1.5::DECIMAL(5, 2), 18, true, 2.5, 'x'),"
        " (2, 'b', NULL, 1, 1, true, 1, 'y'), (3, 'c', TIMESTAMP '2017-01-01', 'nan'::DOUBLE, NULL, NULL, NULL, NULL))"
        f" t(event_id, subject_id, occurred_at, value, hour, gift, weight, shop)) TO '{path}' (FORMAT parquet)"
    )
    imported, report = await importing(path.read_bytes(), "event_type='buy', properties=*", "e.parquet")
    assert report == [(2, "occurred_at is missing"), (3, 'value "nan" is not a finite number below 2^53')]
    assert imported.stored == 1
    ((value, properties),) = await stored(session, "value", "properties")
    assert (value, json.loads(properties)) == ("1.5", {"hour": 18, "gift": True, "weight": 2.5, "shop": "x"})


async def test_progress_ends_at_one(session, duckdb, tmp_path):
    path, told = tmp_path / "e.csv", []
    path.write_text(HEADER + "1,a,buy,2017-01-01,1\n")
    await import_events(session, DuckDBFiles(duckdb), path, {}, report=tmp_path / "r.csv", progress=told.append)
    assert told == [0.0, 1.0]


async def test_many_rows_keep_their_lines(importing):
    rows = "".join(
        f"{at},s{at % 97},buy,{'soon' if at % 40_000 == 39_999 else '2017-01-01'},1\n" for at in range(120_000)
    )
    imported, report = await importing(HEADER + rows)
    assert imported == Imported(stored=119_997, rejected=3)
    assert [line for line, _ in report] == [40_001, 80_001, 120_001]
