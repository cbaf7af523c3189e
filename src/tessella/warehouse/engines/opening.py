"""A declared source, opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.identifiers import Namespace
from tessella.ports.customer_engine import CustomerEngine
from tessella.settings import Settings
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.engines.credentials import read_credentials
from tessella.warehouse.engines.driver import LOOKUP_SECONDS
from tessella.warehouse.engines.duckdb import DuckDBDriver, schemes_of
from tessella.warehouse.engines.engine import OpenSource

#: DuckDB plans a statement with the gates of 2,000 columns in 7 s with it, in 1.5 s without. To run ours takes as long.
SLOW_WHEN_WIDE: Final = ("common_subexpressions",)


def open_engine(
    namespace: Namespace, source: CustomerSource, settings: Settings, environment: Mapping[str, str]
) -> CustomerEngine:
    """A namespace's source as the settings let it be read, with the credentials of the environment.

    It does not connect yet. Raises `LocationRefused`, `CredentialsMissing` and `PackageMissing`.
    """
    places = settings.customer_places(namespace)
    schemes = schemes_of(source, places) if source.engine is SourceEngine.DUCKDB else ()
    memory, seconds = settings.warehouse_memory, settings.warehouse_timeout_seconds
    worker = DuckDBWorker(memory, settings.warehouse_threads, seconds, schemes, optimizers_off=SLOW_WHEN_WIDE)
    credentials = read_credentials(source.source_id, places, environment)
    match source.engine:
        case SourceEngine.DUCKDB:
            lookups = DuckDBWorker(memory, 1, LOOKUP_SECONDS, schemes)
            return OpenSource(source, DuckDBDriver(source, places, worker, lookups), worker)
        case SourceEngine.POSTGRESQL:
            from tessella.warehouse.engines.postgresql import PostgreSQLDriver

            return OpenSource(source, PostgreSQLDriver(source, credentials, seconds, worker), worker)
        case SourceEngine.SPARK:
            from tessella.warehouse.engines.spark import SparkDriver

            return OpenSource(source, SparkDriver(source, credentials, seconds), worker)
