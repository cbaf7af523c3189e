"""Files of events, facts and items, read and checked by DuckDB as sets."""

from tessella.warehouse.imports.files import DuckDBFiles

__all__ = ["DuckDBFiles"]
