import asyncio

import pytest

from tessella.domain.errors import QueryFailed
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def duckdb():
    with DuckDBWorker(memory_limit="200MB", threads=1) as worker:
        yield DuckDBWarehouse(worker)


async def sent(*pieces: bytes):
    for piece in pieces:
        yield piece


async def received(duckdb: DuckDBWarehouse, sql: str) -> bytes:
    return b"".join([piece async for piece in duckdb.result_csv(sql)])


async def test_csv_comes_back_as_it_was_sent_in_pieces_of_any_length(duckdb):
    rows = b'1,"a, ""b""\nc",0.5\n2,,\n3,"",1.5\n'
    pieces = [rows[at : at + 3] for at in range(0, len(rows), 3)]
    await duckdb.load_csv("t", {"n": "BIGINT", "text": "VARCHAR", "x": "DOUBLE"}, sent(*pieces))
    assert (
        await received(duckdb, "SELECT n, text IS NULL, x FROM t ORDER BY n") == b"1,false,0.5\n2,true,\n3,false,1.5\n"
    )
    assert await received(duckdb, "FROM t ORDER BY n") == rows


async def test_no_rows_make_an_empty_table_and_an_empty_result(duckdb):
    await duckdb.load_csv("none", {"n": "BIGINT"}, sent())
    assert await received(duckdb, "FROM none") == b""


async def test_hostile_names_of_tables_and_columns_are_only_names(duckdb):
    hostile = "x\"'); DROP TABLE t; --"
    await duckdb.load_csv(hostile, {hostile: "BIGINT"}, sent(b"7\n"))
    name = hostile.replace('"', '""')
    assert await received(duckdb, f'SELECT "{name}" FROM "{name}"') == b"7\n"


async def test_a_row_that_does_not_fit_its_columns_fails_by_name(duckdb):
    with pytest.raises(QueryFailed, match="DuckDB could not run the query"):
        await duckdb.load_csv("t", {"n": "BIGINT"}, sent(b"seven\n"))


async def test_a_caller_that_is_cancelled_goes_on_when_nothing_is_written_into_its_folder_any_more(duckdb, tmp_path):
    path = tmp_path / "numbers.parquet"
    writing = asyncio.create_task(duckdb.result_parquet("SELECT range AS n FROM range(2_000_000)", path))
    await asyncio.sleep(0.02)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    [(written,)] = await duckdb.rows(f"SELECT count(*) FROM read_parquet('{path}')")
    assert written == 2_000_000
