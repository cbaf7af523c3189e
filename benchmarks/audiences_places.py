"""The same customers in DuckDB, PostgreSQL and Sail, each opened as a source is: for `audiences_engines`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from benchmarks.audiences_customers import COLUMNS, KEY
from benchmarks.audiences_home import NAMESPACE, SHOP, view_of
from benchmarks.spark_server import spark_server
from faults.cluster import cluster
from faults.installation import temporary_folder
from tessella.domain.audiences.source import DEFAULT_VIEW, CustomerSource, SourceEngine
from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.types import FeatureType
from tessella.ports.customer_engine import CustomerEngine
from tessella.settings import Settings
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.engines.credentials import variable
from tessella.warehouse.engines.opening import open_engine

_POSTGRESQL_TYPES: Final = {
    FeatureType.STRING: "text", FeatureType.NUMBER: "double precision", FeatureType.INTEGER: "bigint",
    FeatureType.BOOLEAN: "boolean", FeatureType.TIMESTAMP: "bigint", FeatureType.STRING_LIST: "text[]",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Customers:
    """Customers in one engine."""

    name: str
    engine: SourceEngine
    location: str
    #: The server's process; None where the work is done by a worker of ours.
    pid: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def open(self, home: Path) -> CustomerEngine:
        """The source."""
        source = CustomerSource(SHOP, self.engine, self.location, key=KEY)
        return open_engine(NAMESPACE, source, Settings(home=home, **self.settings), self.environment)


@contextmanager
def in_duckdb(home: Path) -> Iterator[Customers]:
    """The file itself."""
    yield Customers("DuckDB", SourceEngine.DUCKDB, SHOP)


@contextmanager
def in_sail(home: Path) -> Iterator[Customers]:
    """The file in a session of Sail, which keeps views no longer than that: the source joins it by its id."""
    from pyspark.sql.connect.session import SparkSession

    with spark_server() as server:
        session = SparkSession.builder.remote(server.url).create()
        session.read.parquet(str(view_of(home))).createOrReplaceTempView(DEFAULT_VIEW)
        user = quote(os.getenv("SPARK_USER") or os.getenv("USER") or "", safe="")
        joined = f"{server.url}/;session_id={session.session_id}" + (f";user_id={user}" if user else "")
        allowed = {"warehouse_urls": f"{NAMESPACE}={server.url}"}
        yield Customers("Sail", SourceEngine.SPARK, joined, server.pid, allowed)
        session.stop()


@contextmanager
def in_postgresql(home: Path) -> Iterator[Customers]:
    """A table of a server of its own, in the order of the ids, and vacuumed."""
    with temporary_folder() as place, cluster(place) as server, server.connect() as connection:
        columns = ", ".join(f"{name} {_POSTGRESQL_TYPES[kind]}" for name, kind, _ in COLUMNS)
        connection.execute(f"CREATE TABLE {DEFAULT_VIEW} ({KEY} text PRIMARY KEY, {columns})")
        with connection.cursor().copy(f"COPY {DEFAULT_VIEW} FROM STDIN (FORMAT csv)") as copy:
            for piece in _csv(home, place):
                copy.write(piece)
        connection.execute(f"VACUUM ANALYZE {DEFAULT_VIEW}")
        [pid] = connection.execute("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::integer").fetchone()
        environment = {variable(NAMESPACE, SHOP, "dsn"): server.dsn()}
        yield Customers("PostgreSQL", SourceEngine.POSTGRESQL, "postgresql:///tessella", pid, {}, environment)


#: Each, to be opened over the customers of a home.
PLACES: Final[tuple[Callable[[Path], AbstractContextManager[Customers]], ...]] = (in_duckdb, in_postgresql, in_sail)


def _csv(home: Path, place: Path) -> Iterator[bytes]:
    """The customers as PostgreSQL reads them."""
    path = place / "customers.csv"
    quoted = "'{' || array_to_string(list_transform(departments, lambda x: '\"' || x || '\"'), ',') || '}'"
    cells = ", ".join((KEY, *(f"{quoted} AS {name}" if name == "departments" else name for name, _, _ in COLUMNS)))
    with DuckDBWorker(memory_limit="2GB", threads=2) as duckdb:
        duckdb.execute(
            f"COPY (SELECT {cells} FROM read_parquet({literal(str(view_of(home)))})) TO {literal(str(path))}"
            " (FORMAT csv, HEADER false)"
        )
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece
    path.unlink()
