"""The demo's year of purchases, as DuckDB reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

DEMO: Final = Path(__file__).parents[1] / "src" / "tessella" / "demo"
_TABLES: Final = ("transactions", "products", "campaigns", "campaign_descriptions", "coupons", "coupon_redemptions")


def journey() -> duckdb.DuckDBPyConnection:
    """A connection in which the tables have their names."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    for table in _TABLES:
        connection.execute(f"CREATE VIEW {table} AS FROM '{DEMO}/data/{table}.parquet'")
    return connection


def columns(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, NDArray[Any]]:
    """The columns of a result by name; NULL is NaN in a column of numbers, and None in one of texts."""
    return {name: _filled(values) for name, values in connection.execute(sql).fetchnumpy().items()}


def _filled(values: NDArray[Any]) -> NDArray[Any]:
    if not np.ma.isMaskedArray(values):
        return values
    return values.filled(None) if values.dtype == object else values.astype(np.float64).filled(np.nan)
