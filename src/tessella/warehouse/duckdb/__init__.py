"""DuckDB in a process of its own: set-wise work that cannot take the server's memory or its life."""

from tessella.warehouse.duckdb.warehouse import DuckDBWarehouse
from tessella.warehouse.duckdb.worker import DuckDBWorker

__all__ = ["DuckDBWarehouse", "DuckDBWorker"]
