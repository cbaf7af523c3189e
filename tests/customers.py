"""A view of customers in a file, for tests that read sources."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import duckdb

from tessella.models.files import CheckedFiles
from tessella.settings import Settings
from tessella.storage.store import Storage
from tessella.warehouse.feature_store import feature_store_of
from tests.database import Dsns

SHOP = {"source_id": "shop", "engine": "duckdb", "location": "shop"}
VIEW = "customer_features_view"

#: The columns of requirement E's example, an address, and what has no name in it. Ada is its example.
CUSTOMERS = """
    SELECT * FROM (VALUES
        ('ada', 532.26, 0.46, 3, 'active', 'ada@example.org', TIMESTAMP '2026-01-31 12:00:00'),
        ('bob', 120.50, 0.91, 1, 'lapsing', 'bob@example.org', TIMESTAMP '2025-11-02 08:30:00'),
        ('carl', 900.00, 0.12, 7, 'inactive', 'carl@example.org', NULL),
        ('dora', NULL, NULL, NULL, NULL, NULL, NULL)
    ) AS customers (
        customer_id, total_revenue, churn_score, active_products_count, customer_status, email, last_order_at
    )
"""


def write_view(home: Path, namespace: str, sql: str = CUSTOMERS, source: str = "shop") -> Path:
    """The rows of a statement as the Parquet file of a source, in the namespace's folder of sources."""
    folder = home / "warehouse" / namespace / source
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{VIEW}.parquet"
    aside = path.with_suffix(".new")
    duckdb.sql(f"COPY ({sql}) TO '{aside}' (FORMAT parquet)")
    aside.replace(path)
    return path


@asynccontextmanager
async def storage_over(database: Dsns, home: Path, **changed: Any) -> AsyncIterator[Storage]:
    """A storage whose process reads the sources below `home`. A lookup may take as long as a busy machine needs."""
    settings = Settings(home=home, **{"customer_row_wait_ms": 60_000, **changed})
    rows = feature_store_of(settings, {}, lambda: b"")
    async with Storage(database.app, settings, env={}, customers=rows, models=CheckedFiles()) as storage:
        try:
            yield storage
        finally:
            await rows.close()
