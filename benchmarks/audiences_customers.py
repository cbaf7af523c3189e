"""Customers for the `audiences` benchmark: as many as are wanted, drawn from the demo's real households.

No real data of 10,000,000 customers is free to use. Each customer is one of the 2,469 households, chosen by a hash of
the customer's number, with each of its amounts stretched by -20 to +20 %, by a hash of its own. What is absent of a
household is absent of the customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.schema import Feature, Schema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.rules.sql import RawColumn, Relation, Stored
from tessella.warehouse.duckdb import DuckDBWorker

#: 2018-01-01T05:00:00Z, when the year of the households ends.
AS_OF: Final = Instant(1_514_782_800_000_000)
KEY: Final = "subject_id"
_MOMENT: Final = "TIMESTAMP '2018-01-01 05:00:00'"
_DATA: Final = files("tessella.demo") / "data"
_HOUSEHOLDS: Final = Path(__file__).with_name("audiences_households.sql")
_TABLES: Final = ("transactions", "products", "demographics", "campaigns", "campaign_descriptions")

#: Name, type, and how it comes of a household. `{u}` is a number from 0.8 to 1.2.
COLUMNS: Final = (
    ("total_revenue", FeatureType.NUMBER, "round(total_revenue * {u}, 2)"),
    ("average_basket", FeatureType.NUMBER, "round(total_revenue / baskets * {u}, 2)"),
    ("churn_score", FeatureType.NUMBER, "least(1, round(churn_score * {u}, 4))"),
    ("coupon_share", FeatureType.NUMBER, "least(1, coupon_share * {u})"),
    ("weekend_share", FeatureType.NUMBER, "least(1, weekend_share * {u})"),
    ("evening_share", FeatureType.NUMBER, "least(1, evening_share * {u})"),
    ("active_products_count", FeatureType.INTEGER, "round(products * {u})::BIGINT"),
    ("baskets", FeatureType.INTEGER, "round(baskets * {u})::BIGINT"),
    ("stores", FeatureType.INTEGER, "round(stores * {u})::BIGINT"),
    ("campaigns_received", FeatureType.INTEGER, "round(campaigns * {u})::BIGINT"),
    ("customer_status", FeatureType.STRING, "customer_status"),
    ("tier", FeatureType.STRING, "tier"),
    ("favourite_department", FeatureType.STRING, "department"),
    ("household_size", FeatureType.STRING, "household_size"),
    ("homeowner", FeatureType.BOOLEAN, "homeowner"),
    ("first_purchase_at", FeatureType.TIMESTAMP, "epoch_us(first_purchase_at) // 1_000_000 * 1_000_000"),
    ("last_purchase_at", FeatureType.TIMESTAMP, "epoch_us(last_purchase_at) // 1_000_000 * 1_000_000"),
    ("departments", FeatureType.STRING_LIST, "departments"),
)
NAMES: Final = tuple(name for name, _, _ in COLUMNS)
SCHEMA: Final = Schema(Feature(FeatureName(name), kind, Source.WAREHOUSE) for name, kind, _ in COLUMNS)


def relation(source: str) -> Relation:
    """Normalised rows as the evaluation reads them."""
    return Relation(source, KEY, {FeatureName(name): RawColumn(name, Stored.NORMALISED) for name in NAMES})


def load_households(duckdb: DuckDBWorker) -> None:
    """Have the real households in a table."""
    for table in _TABLES:
        path = literal(str(_DATA / f"{table}.parquet"))
        duckdb.execute(f"CREATE OR REPLACE VIEW {table} AS FROM read_parquet({path})")
    sql = _HOUSEHOLDS.read_text().replace("$as_of", _MOMENT)
    duckdb.execute(f"CREATE OR REPLACE TABLE households AS {sql}")


def write_customers(duckdb: DuckDBWorker, path: Path, first: int, end: int, more: Sequence[str] = ()) -> None:
    """Write the customers with these numbers as normalised Parquet, `end` left out; `more` are further columns."""
    cells = ", ".join((f"{value.format(u=_stretch(name))} AS {name}" for name, _, value in COLUMNS))
    columns = ", ".join((f"printf('c%010d', i) AS {KEY}", cells, *more))
    rows = f"range({first}, {end}) AS numbers(i) JOIN households ON number = hash(i, 'household') % 2469"
    duckdb.execute(f"COPY (SELECT {columns} FROM {rows} ORDER BY i) TO {literal(str(path))} (FORMAT parquet)")


def files_of(paths: Sequence[Path]) -> str:
    """Parquet files as one relation."""
    return f"read_parquet([{', '.join(literal(str(each)) for each in paths)}])"


def _stretch(name: str) -> str:
    return f"(0.8 + (hash(i, '{name}') % 4001)::DOUBLE / 10_000)"
