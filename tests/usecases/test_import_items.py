"""A file of items: bad rows first, then what is stored of the good ones."""

import json

import pytest

from tessella.domain.errors import FileInvalid, MappingInvalid, MissingColumn
from tessella.domain.imports.mapping import parse_mapping
from tessella.domain.ranking.catalogue.item import Item
from tessella.usecases.import_items import import_items
from tessella.usecases.store_parts import Imported
from tessella.warehouse.imports import DuckDBFiles
from tests.database import session_of
from tests.usecases.files import at, read_report

pytestmark = pytest.mark.anyio

PARQUET = "SELECT 'a' AS item_id, 1.5::DECIMAL(9,2) AS price, ['x', 'y|z'] AS tags, [0.5, -1e-3]::FLOAT[] AS embedding"


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


@pytest.fixture
def importing(session, duckdb, tmp_path):
    """Imports a file's bytes as items; the result, and the lines of the report."""

    async def run(content: bytes | str, mapping: str = "", name: str = "f.csv"):
        path, report = tmp_path / name, tmp_path / "report.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        imported = await import_items(
            session, DuckDBFiles(duckdb), path, parse_mapping(mapping), report=report, progress=lambda share: None
        )
        return imported, read_report(report)

    return run


async def stored(session):
    return [item async for item in session.stream_items()]


BAD = {
    '"",1,,,,,,': "item_id is missing",
    f"{'x' * 257},1,,,,,,": "item_id is longer than 256 characters",
    "a,1,,,,,,": "item_id is that of an earlier row",
    "b,-1,,,,,,": "price is below 0",
    f"{'😀' * 65},1,,,,,,": "item_id is longer than 256 bytes of UTF-8",
    "..,1,,,,,,": "item_id is . or .., which no path of a URL can name",
    "b,nan,,,,,,": 'price "nan" is not a finite number below 2^53',
    "b,cheap,,,,,,": 'price "cheap" is not a finite number below 2^53',
    f"b,1,x|{'y' * 129},,,,,": "tags hold one that has not 1 to 128 characters, or holds NUL",
    'b,1,"[""x"", 1]",,,,,': 'tags "["x", 1]" is not a list of texts',
    f"b,1,{'|'.join(map(str, range(101)))},,,,,": "tags are more than 100",
    "b,1,,maybe,,,,": 'available "maybe" is not true or false',
    "b,1,,,soon,,,": 'available_from "soon" is not a time in ISO 8601',
    "b,1,,,2026-01-02,2026-01-02,,": "available_until must be later than available_from",
    "b,1,,,,,[1],": "embedding has 1 numbers, and those of this namespace have 2",
    'b,1,,,,,"[1, nan]",': "embedding holds a number that is not finite, or does not fit 32 bits",
    'b,1,,,,,"[1, 1e39]",': "embedding holds a number that is not finite, or does not fit 32 bits",
    'b,1,,,,,"[1, null]",': "embedding holds a number that is not finite, or does not fit 32 bits",
    "b,1,,,,,one,": "embedding is not a list of numbers",
    "b,1,,,,,,[1]": 'properties "[1]" is not a JSON object',
    "b,1": "the row has too few columns",
}
HEADER = "item_id,price,tags,available,available_from,available_until,embedding,properties\n"


@pytest.mark.parametrize(("row", "reason"), BAD.items(), ids=BAD.values())
async def test_a_bad_row_is_reported_with_its_line_and_costs_the_others_nothing(importing, session, row, reason):
    first, last = 'a,1,,,,,"[1, 2]",', "z,2,,,,,,"
    assert await importing(f"{HEADER}{first}\n{row}\n{last}\n") == (Imported(2, 1), [(3, reason)])
    assert [item.item_id for item in await stored(session)] == ["a", "z"]


@pytest.mark.parametrize(
    ("mapping", "error"),
    [
        ("item_id=sku", MissingColumn),
        ("", MissingColumn),
        ("item_id=id, price=id+id", MappingInvalid),
        ("item_id=id, tags=*", MappingInvalid),
        ("item_id=id, brnd=id", MappingInvalid),
    ],
)
async def test_a_mapping_that_does_not_fit_the_file_is_refused_before_anything_is_stored(
    importing, session, mapping, error
):
    with pytest.raises(error):
        await importing("id\na\n", mapping)
    assert await stored(session) == []


async def test_a_file_that_is_none_is_refused(importing):
    with pytest.raises(FileInvalid):
        await importing(b"PAR1", name="f.parquet")


async def test_the_embeddings_of_a_file_have_as_many_numbers_as_those_that_are_stored(importing, session):
    await session.put_items([Item("a", embedding=(1.0, 2.0, 3.0))])
    _, report = await importing('item_id,embedding\nb,"[1, 2]"\n')
    assert report == [(2, "embedding has 2 numbers, and those of this namespace have 3")]


async def test_columns_of_the_fields_names_are_read_as_what_they_are(importing, session):
    row = 'a,1.25,"[""x"", ""y|z""]",false,2026-01-01,2026-02-01T00:00:00+02:00,"[0.5, -1e-3]","{""size"": 2}"'
    assert (await importing(f"{HEADER}{row}\n"))[0] == Imported(1, 0)
    assert await stored(session) == [
        Item(
            "a", None, None, None, 1.25, ("x", "y|z"), (), {"size": 2}, False, at("2026-01-01T00:00:00"),
            at("2026-01-31T22:00:00"), (0.5, -0.001),
        )
    ]  # fmt: skip


async def test_a_mapping_makes_names_of_several_columns_tags_of_each_and_properties_of_the_rest(importing, session):
    content = "sku,type,size,maker,shelf,weight\n7,Cola,1.5 L,acme,cold,2\n8,Tea,,acme,,\n"
    mapping = "item_id=sku, name=type+size, brand=maker, tags=type+shelf, regions='FI', properties=weight:number+*"
    assert (await importing(content, mapping))[0] == Imported(2, 0)
    assert await stored(session) == [
        Item("7", "Cola 1.5 L", "acme", None, None, ("Cola", "cold"), ("FI",), {"weight": 2}),
        Item("8", "Tea", "acme", None, None, ("Tea",), ("FI",), {}),
    ]


async def test_texts_between_bars_are_a_list(importing, session):
    await importing("item_id,tags,regions\na, x | y||,FI\n")
    assert await stored(session) == [Item("a", tags=("x", "y"), regions=("FI",))]


async def test_json_lines_and_parquet_hold_lists_themselves(importing, session, duckdb, tmp_path):
    duckdb.execute(f"COPY ({PARQUET}) TO '{tmp_path / 'made.parquet'}' (FORMAT parquet)")
    expected = [Item("a", price=1.5, tags=("x", "y|z"), embedding=(0.5, -0.001))]
    assert (await importing((tmp_path / "made.parquet").read_bytes(), name="f.parquet"))[0] == Imported(1, 0)
    assert await stored(session) == expected
    line = {"item_id": "a", "price": 1.5, "tags": ["x", "y|z"], "embedding": [0.5, -0.001]}
    assert (await importing(json.dumps(line) + "\n", name="f.jsonl"))[0] == Imported(0, 0)
    assert await stored(session) == expected


async def test_a_file_that_is_imported_again_changes_nothing_and_what_changed_is_replaced_whole(importing, session):
    await importing("item_id,name,price\na,A,1\nb,B,2\n")
    assert (await importing("item_id,name,price\na,A,1\n"))[0] == Imported(0, 0)
    assert (await importing("item_id,price\na,3\nc,4\n"))[0] == Imported(2, 0)
    assert await stored(session) == [Item("a", price=3.0), Item("b", "B", price=2.0), Item("c", price=4.0)]
