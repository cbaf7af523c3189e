"""The columns of a result as arrays."""

import numpy as np
import pytest

from tessella.domain.errors import QueryFailed
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def duckdb():
    with DuckDBWorker(memory_limit="200MB", threads=1) as worker:
        yield DuckDBWarehouse(worker)


async def test_numbers_are_float64_with_nan_for_null_and_integers_without_null_stay_so(duckdb):
    sql = "SELECT * FROM (VALUES (1.5::DOUBLE, 1, 7::BIGINT), (NULL, 2, NULL)) AS t(x, n, m)"
    found = await duckdb.columns(sql)
    assert list(found) == ["x", "n", "m"]
    assert np.array_equal(found["x"], [1.5, np.nan], equal_nan=True)
    assert (found["n"].dtype.kind, found["n"].tolist()) == ("i", [1, 2])
    assert np.array_equal(found["m"], [7.0, np.nan], equal_nan=True)


async def test_texts_are_str_or_none_whatever_they_hold(duckdb):
    texts = ["", "?", "é\n\"'", None, "x" * 10_000]
    rows = ", ".join("(NULL)" if each is None else "('" + each.replace("'", "''") + "')" for each in texts)
    found = await duckdb.columns(f"SELECT * FROM (VALUES {rows}) AS t(text)")
    assert found["text"].tolist() == texts
    assert found["text"].dtype == object


async def test_booleans_are_booleans(duckdb):
    found = await duckdb.columns("SELECT * FROM (VALUES (true), (false)) AS t(b)")
    assert (found["b"].dtype, found["b"].tolist()) == (np.bool_, [True, False])


async def test_a_result_without_rows_has_its_columns(duckdb):
    found = await duckdb.columns("SELECT 1.5::DOUBLE AS x, 'a' AS t WHERE false")
    assert {name: len(values) for name, values in found.items()} == {"x": 0, "t": 0}


async def test_a_million_rows_come_whole(duckdb):
    found = await duckdb.columns("SELECT range AS n, CAST(range % 3 AS VARCHAR) AS t FROM range(1_000_000)")
    assert int(found["n"].sum()) == 499_999_500_000
    assert found["t"][[0, 1, 999_999]].tolist() == ["0", "1", "0"]


async def test_a_statement_that_fails_is_told_and_the_worker_goes_on(duckdb):
    with pytest.raises(QueryFailed):
        await duckdb.columns("SELECT nothing FROM nowhere")
    assert (await duckdb.columns("SELECT 1 AS n"))["n"].tolist() == [1]
