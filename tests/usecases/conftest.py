"""What tests of use cases over sets share: a worker of DuckDB, by itself and as the port, and how sources open."""

from functools import partial

import pytest

from tessella.settings import Settings
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tessella.warehouse.engines.opening import open_engine


@pytest.fixture(scope="module")
def duckdb():
    with DuckDBWorker(memory_limit="500MB", threads=1) as worker:
        yield worker


@pytest.fixture(scope="module")
def warehouse(duckdb):
    return DuckDBWarehouse(duckdb)


@pytest.fixture
def opened(tmp_path):
    return partial(open_engine, settings=Settings(home=tmp_path), environment={})
