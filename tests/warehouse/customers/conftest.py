"""The same customers in all three engines, each opened as an operator would have it opened."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from tests.warehouse.customers.places import DuckDBPlace, Place, PostgreSQLPlace, SparkPlace

PASSWORD = "hush-hush'%"


@pytest.fixture
def duckdb_place(duckdb_runner, tmp_path: Path) -> Place:
    return DuckDBPlace(duckdb_runner._worker, tmp_path)


@pytest.fixture(scope="session")
def customers_database(postgres_runner) -> Iterator[tuple[psycopg.Connection, str]]:
    """A database of its own beside Tessella's, which a role of its own reads with a password over the socket."""
    owner = postgres_runner._connection
    admit(owner, "local customers crm_reader scram-sha-256")
    owner.execute(f"CREATE ROLE crm_reader LOGIN PASSWORD '{PASSWORD.replace(chr(39), 2 * chr(39))}'")
    owner.execute("CREATE DATABASE customers")
    dsn = psycopg.conninfo.make_conninfo(owner.info.dsn, dbname="customers")
    with psycopg.connect(dsn, autocommit=True) as there:
        location = f"postgresql:///customers?host={quote(owner.info.host, safe='')}&port={owner.info.port}"
        yield there, location


def admit(owner: psycopg.Connection, line: str) -> None:
    """Put a line before those that say who may connect. The server writes the file, which is its own."""
    path, before = owner.execute(
        "SELECT current_setting('hba_file'), pg_read_file(current_setting('hba_file'))"
    ).fetchone()
    lines = sql.SQL(", ").join(map(sql.Literal, [line, *before.splitlines()]))
    owner.execute(sql.SQL("COPY (SELECT unnest(ARRAY[{}])) TO {}").format(lines, sql.Literal(path)))
    owner.execute("SELECT pg_reload_conf()")


@pytest.fixture
def postgresql_place(customers_database, tmp_path: Path) -> Place:
    return PostgreSQLPlace(*customers_database, PASSWORD, tmp_path)


@pytest.fixture
def spark_place(spark_runner, duckdb_runner, tmp_path: Path) -> Place:
    return SparkPlace(spark_runner._session, duckdb_runner._worker, tmp_path)


@pytest.fixture(params=["duckdb", "postgresql", "spark"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(f"{request.param}_place")


@pytest.fixture
async def engine(place: Place) -> AsyncIterator:
    """The customers of `places.CUSTOMERS`, opened."""
    place.put("customer_features_view")
    opened = place.open()
    yield opened
    await opened.close()
