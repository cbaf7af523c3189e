"""Players of Parquet files, placed in a taxonomy as fast as they are read."""

from tessella.warehouse.taxonomy.categorizer import ParquetCategorizer

__all__ = ["ParquetCategorizer"]
