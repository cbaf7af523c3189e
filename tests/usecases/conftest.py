"""What tests of use cases over sets share: a worker of DuckDB, by itself and as the port, and how sources open."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.identifiers import Namespace
from tessella.ports.customer_engine import OpenEngine
from tessella.settings import Settings
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tessella.warehouse.engines.duckdb import DuckDBDriver
from tessella.warehouse.engines.engine import OpenSource
from tessella.warehouse.engines.opening import SLOW_WHEN_WIDE, open_engine


class LentWorker(DuckDBWorker):
    """Outlives the sources that it is lent to: a process is started for all tests, and not for each."""

    def close(self) -> None:
        """Leave it to the session's end."""


@pytest.fixture(scope="session")
def duckdb() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="500MB", threads=1) as worker:
        yield worker


@pytest.fixture(scope="session")
def warehouse(duckdb: DuckDBWorker) -> DuckDBWarehouse:
    return DuckDBWarehouse(duckdb)


@pytest.fixture(scope="session")
def lent() -> Iterator[DuckDBWorker]:
    with LentWorker(memory_limit="500MB", threads=1, optimizers_off=SLOW_WHEN_WIDE) as worker:
        yield worker
        DuckDBWorker.close(worker)


@pytest.fixture
def opened(lent: DuckDBWorker, tmp_path: Path) -> OpenEngine:
    """Opens sources of files below `tmp_path`, in one process for all of them."""

    def opened(namespace: Namespace, source: CustomerSource) -> OpenSource:
        driver = DuckDBDriver(source, Settings(home=tmp_path).customer_places(namespace), lent, lent)
        return OpenSource(source, driver, lent)

    return opened


@pytest.fixture
def opened_alone(tmp_path: Path) -> OpenEngine:
    """The same with a process for each source, as it is served."""
    return partial(open_engine, settings=Settings(home=tmp_path), environment={})
