"""Spark behind the tests' face: a session of Spark Connect, and rows that it reads from Parquet."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from tessella.domain.rules.sql import SPARK_SETTINGS, Engine
from tests.warehouse.raw_columns import Raw


class SparkRunner:
    name: Engine = "spark"

    def __init__(self, session: SparkSession, folder: Path) -> None:
        self._session = session
        self._folder = folder
        self._loads = 0

    def load(self, table: str, columns: Sequence[Raw], rows: Sequence[Sequence[Any]]) -> None:
        types = {"id": "STRING", "example": "BIGINT"} | {each.name: each.spark for each in columns}
        self._loads += 1
        written, typed = (str(self._folder / f"{table}-{self._loads}.{kind}") for kind in ("written", "typed"))
        pq.write_table(as_written(types, rows), written)
        casts = [f"TRY_CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in types.items()]
        frame = self._session.read.parquet(written).selectExpr(*casts)
        if rows:  # Sail writes no file for none
            frame.write.parquet(typed)
            frame = self._session.read.parquet(typed)
        frame.createOrReplaceTempView(table)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._session.sql(sql).collect()]


def quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def as_written(types: dict[str, str], rows: Sequence[Sequence[Any]]) -> pa.Table:
    """The rows with every cell as text, or as a list of texts."""
    written = [pa.list_(pa.string()) if kind == "ARRAY<STRING>" else pa.string() for kind in types.values()]
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    cells = [[str(each) if isinstance(each, int) else each for each in column] for column in columns]
    return pa.Table.from_arrays([pa.array(*each) for each in zip(cells, written, strict=True)], list(types))


@contextmanager
def session() -> Iterator[SparkSession]:
    """On Apache Spark itself for `make spark`, on Sail otherwise."""
    with apache_spark() if os.environ.get("TESSELLA_TESTS_SPARK") == "apache" else sail() as opened:
        for name, value in SPARK_SETTINGS.items():
            opened.conf.set(name, value)
        yield opened


@contextmanager
def sail() -> Iterator[SparkSession]:
    """A session on a server of Spark Connect that runs in this process."""
    from pysail.spark import SparkConnectServer

    os.environ["SAIL_SPARK__SESSION_TIMEOUT_SECS"] = "3600"  # tests on other engines may come between for minutes
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    _, port = server.listening_address
    opened = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").create()
    try:
        yield opened
    finally:
        opened.stop()
        server.stop()


@contextmanager
def apache_spark() -> Iterator[SparkSession]:
    """A session on a server of Apache Spark that starts with it; needs the whole package `pyspark`, and Java."""
    opened = SparkSession.builder.remote("local[2]").getOrCreate()
    try:
        yield opened
    finally:
        opened.stop()
