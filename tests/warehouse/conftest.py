from collections.abc import Iterator

import psycopg
import pytest

from tessella.storage.embedded import SUPERUSER, start
from tessella.warehouse.duckdb import DuckDBWorker
from tests.storage.embedded_support import temporary_home
from tests.warehouse.engines import DuckDBRunner, PostgresRunner, Runner


@pytest.fixture(scope="session")
def duckdb_runner() -> Iterator[Runner]:
    with DuckDBWorker(memory_limit="500MB", threads=1) as worker:
        yield DuckDBRunner(worker)


@pytest.fixture(scope="session")
def postgres_runner() -> Iterator[Runner]:
    with (
        temporary_home() as home,
        start(home) as server,
        psycopg.connect(server.dsn(SUPERUSER), autocommit=True) as connection,
    ):
        yield PostgresRunner(connection)


@pytest.fixture(scope="session")
def spark_runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    from tests.warehouse.spark import SparkRunner, session  # the client takes half a second to import

    with session() as opened:
        yield SparkRunner(opened, tmp_path_factory.mktemp("spark"))


@pytest.fixture(params=["duckdb", "postgres", "spark"])
def runner(request: pytest.FixtureRequest) -> Runner:
    return request.getfixturevalue(f"{request.param}_runner")
