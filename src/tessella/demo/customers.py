"""The demo's `customer_features_view`: a Parquet file of households, where sources of customers are looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tessella.bootstrap import Application
from tessella.demo.data import HOUSEHOLDS, statement_at, view
from tessella.domain.audiences.source import DEFAULT_VIEW
from tessella.domain.identifiers import Instant, Namespace

#: The location of the source, as its definition has it.
_LOCATION: Final = "households"


def customers_file(application: Application, namespace: Namespace) -> Path:
    """Where the rows are."""
    folder = application.settings.customer_places(namespace).folders[0]
    return Path(folder, _LOCATION, f"{DEFAULT_VIEW}.parquet")


async def write_customers(application: Application, namespace: Namespace, as_of: Instant) -> None:
    """Write a row for each household, from what was known before a moment; a file that is there stays until then."""
    from tessella.warehouse.engines.aside import written_aside  # loads sqlglot

    path = customers_file(application, namespace)
    path.parent.mkdir(parents=True, exist_ok=True)
    with application.warehouse() as duckdb, written_aside(path) as partial:
        await view(duckdb, "transactions", "products", *HOUSEHOLDS)
        await duckdb.result_parquet(statement_at("customers.sql", as_of), partial)
