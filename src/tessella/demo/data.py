"""The files that the demo comes with, as DuckDB reads them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant

if TYPE_CHECKING:
    from tessella.warehouse.duckdb import DuckDBWarehouse

_PACKAGE: Final = Path(str(files("tessella.demo")))
DEFINITIONS: Final = _PACKAGE / "definitions"

#: What is known of households beside their receipts.
HOUSEHOLDS: Final = ("demographics", "campaigns", "campaign_descriptions", "coupon_redemptions")


async def view(duckdb: DuckDBWarehouse, *tables: str) -> None:
    """Make tables readable under their names."""
    for table in tables:
        await duckdb.view_parquet(table, _PACKAGE / "data" / f"{table}.parquet")


def statement(name: str) -> str:
    """A statement over the tables."""
    return (_PACKAGE / name).read_text(encoding="utf-8")


def statement_at(name: str, as_of: Instant) -> str:
    """One that tells what was known before a moment."""
    moment = iso(as_of).removesuffix("+00:00")
    return statement(name).replace("$as_of", f"TIMESTAMP '{moment}'")
