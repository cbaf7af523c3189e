"""Where customers are: each place puts rows there by SQL, and opens a source over them."""

import os
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import psycopg

from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.identifiers import Namespace, SourceId
from tessella.ports.customer_engine import CustomerEngine
from tessella.settings import Settings
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.engines import open_engine

SHOP = Namespace("shop")
ODD = 'select "x"; --'

#: As DuckDB and PostgreSQL both read it; Spark gets DuckDB's Parquet.
CUSTOMERS = """
SELECT customer_id::text AS customer_id, spend::double precision AS spend, orders::bigint AS orders,
       member::boolean AS member, seen::timestamp AS seen, bought::timestamptz AS bought, born::date AS born,
       string_to_array(tags, ',') AS tags, price::decimal(18, 3) AS price, odd::bigint AS "select ""x""; --"
  FROM (VALUES
    ('ada', '532.26', '3', 'true', '2026-06-30 12:00:00', '2026-06-30 12:00:00+00', '1850-01-01', 'a,b', '1.5', '7'),
    ('bob', 'NaN', NULL, 'false', NULL, '1890-12-31 23:59:59.5+00', '9999-12-31', 'a', NULL, '7'),
    ('cy', NULL, '9007199254740993', NULL, '10000-01-01 00:00:00', NULL, '10000-01-01', NULL, '2.25', NULL)
  ) AS t (customer_id, spend, orders, member, seen, bought, born, tags, price, odd)
"""


class Place(Protocol):
    """`sql` yields the rows of a view; `changed` are fields of the source, or settings, other than usual."""

    engine: SourceEngine
    location: str
    #: As the setting has them.
    urls: str

    def put(self, view: str, sql: str = CUSTOMERS) -> None: ...

    def remove(self, view: str) -> None: ...

    def open(self, **changed: Any) -> CustomerEngine: ...


def opened(place: Place, home: Path, environment: dict[str, str], changed: dict[str, Any]) -> CustomerEngine:
    named = {name: value for name, value in changed.items() if name.startswith("warehouse_")}
    said = {"location": place.location} | {name: value for name, value in changed.items() if name not in named}
    usual = {"warehouse_memory": "500MB", "warehouse_threads": 1, "warehouse_urls": place.urls}
    source = CustomerSource(source_id=SourceId("crm.eu"), engine=place.engine, **said)
    return open_engine(SHOP, source, Settings(home=home, **usual | named), environment)


class DuckDBPlace:
    engine = SourceEngine.DUCKDB
    location = "shop"
    urls = ""

    def __init__(self, worker: DuckDBWorker, home: Path) -> None:
        self.worker = worker
        self.home = home
        self.folder = home / "warehouse" / SHOP / "shop"
        self.folder.mkdir(parents=True)

    def put(self, view: str, sql: str = CUSTOMERS) -> None:
        self.worker.execute(f"COPY ({sql}) TO '{self.folder / view}.parquet'")

    def remove(self, view: str) -> None:
        (self.folder / f"{view}.parquet").unlink()

    def open(self, **changed: Any) -> CustomerEngine:
        return opened(self, self.home, {}, changed)


class PostgreSQLPlace:
    engine = SourceEngine.POSTGRESQL

    def __init__(self, owner: psycopg.Connection, location: str, password: str, home: Path) -> None:
        self.owner = owner
        self.location = location
        self.urls = f"shop=postgresql://{owner.info.host}:{owner.info.port}/customers"
        self.environment = {
            "TESSELLA_WAREHOUSE_SHOP__CRM_2EEU_USER": "crm_reader",
            "TESSELLA_WAREHOUSE_SHOP__CRM_2EEU_PASSWORD": password,
        }
        self.home = home

    def put(self, view: str, sql: str = CUSTOMERS) -> None:
        self.owner.execute(f'DROP TABLE IF EXISTS "{view}" CASCADE')
        self.owner.execute(f'CREATE TABLE "{view}" AS {sql}')
        self.owner.execute(f'GRANT SELECT ON "{view}" TO crm_reader')

    def remove(self, view: str) -> None:
        self.owner.execute(f'DROP TABLE "{view}"')

    def open(self, **changed: Any) -> CustomerEngine:
        return opened(self, self.home, self.environment, changed)


class SparkPlace:
    """A view in the session of the tests, which the source joins by its id: Sail keeps views no longer than that."""

    engine = SourceEngine.SPARK

    def __init__(self, session: Any, worker: DuckDBWorker, folder: Path) -> None:
        self.session = session
        self.worker = worker
        self.home = folder
        user = quote(os.getenv("SPARK_USER") or os.getenv("USER") or "", safe="")
        joined = f"session_id={session.session_id}" + (f";user_id={user}" if user else "")
        self.location = f"sc://{session.client._builder.endpoint}/;{joined}"
        self.urls = f"shop=sc://{session.client._builder.endpoint}"
        self.files = 0

    def put(self, view: str, sql: str = CUSTOMERS) -> None:
        self.files += 1
        path = self.home / f"{view}-{self.files}.parquet"
        self.worker.execute(f"COPY ({sql}) TO '{path}'")
        self.session.read.parquet(str(path)).createOrReplaceTempView(view)

    def remove(self, view: str) -> None:
        self.session.catalog.dropTempView(view)

    def open(self, **changed: Any) -> CustomerEngine:
        return opened(self, self.home, {}, changed)
