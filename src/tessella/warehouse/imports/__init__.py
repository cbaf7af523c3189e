"""Files of events and facts, read and checked by DuckDB as sets."""

from tessella.warehouse.imports.files import DuckDBFiles

__all__ = ["DuckDBFiles"]
