"""JSON in files: what cannot be stored and read back is the fault of its row, and of no other."""

import pytest

from tessella.domain.imports.mapping import parse_mapping
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.imports import DuckDBFiles
from tests.usecases.files import read_report

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def duckdb():
    with DuckDBWorker(memory_limit="500MB") as worker:
        yield worker


@pytest.fixture
def read(duckdb, tmp_path):
    """Reads the lines of a file as items: what would be stored, and the lines of the report."""

    async def run(*lines: str, name: str = "items.jsonl"):
        path, report = tmp_path / name, tmp_path / "report.csv"
        path.write_text("\n".join(lines))
        async with DuckDBFiles(duckdb).items(path, parse_mapping(""), None, report) as prepared:
            stored = b"".join([piece async for _, part in prepared.stored_parts() async for piece in part])
        return stored.decode(), read_report(report)

    return run


@pytest.mark.parametrize(
    "value",
    ["NaN", "-Infinity", "[1,]", '{"b": 1,}', "1e100000", "1e-100000", "9" * 5_000, "[" * 8_000 + "]" * 8_000],
    ids=lambda value: value[:12],
)
async def test_what_no_other_reader_takes_for_json_is_no_property(read, value):
    properties = f'{{"p": {value}}}'.replace('"', '""')
    stored, faults = await read("item_id,properties", "a,", f'b,"{properties}"', name="items.csv")
    assert stored.startswith("a,")
    assert [line for line, _ in faults] == [3]


async def test_a_line_of_json_may_not_hold_nan_either(read):
    stored, faults = await read('{"item_id": "a"}', '{"item_id": "b", "properties": {"p": NaN}}')
    assert stored.startswith("a,")
    assert [line for line, _ in faults] == [2]


@pytest.mark.parametrize(
    "value",
    ['"NaN, inf,]"', '"\\",}"', '"\\\\"', "1.5e-7", "[[1, 2], {}]", "[" * 28 + "]" * 28, "[" + "[]," * 100 + "[]]"],
    ids=lambda value: value[:12],
)
async def test_texts_may_hold_anything_and_lists_are_nested_as_deep_as_in_a_request(read, value):
    _, faults = await read(f'{{"item_id": "a", "properties": {{"p": {value}}}}}')
    assert faults == []


async def test_every_bad_row_is_reported_whatever_is_wrong_with_it(read):
    wrong = [
        '{"item_id": "z", "price": "7"}',
        "no JSON",
        '{"item_id": "a", "price": -1}',
        '{"item_id": "b", "available": 5}',
    ]
    _, faults = await read('{"item_id": "m"}', *wrong)
    assert [line for line, _ in faults] == [2, 3, 4, 5]
