"""Convert the Complete Journey tables into the compact Parquet files that the demo carries.

Usage: python tools/convert_complete_journey.py INPUT_FOLDER [OUTPUT_FOLDER]

INPUT_FOLDER holds one Parquet file a table, as exported from the published packages (see the SOURCE.md that lies
beside the output). The tool needs DuckDB only. It writes every table, reads it back, compares it with the input in
both directions, and exits with 1 when a single row differs.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

DEFAULT_OUTPUT = Path(__file__).parents[1] / "src" / "tessella" / "demo" / "data"

#: Three row groups for the receipt lines: small enough to stream, and larger or smaller ones compress less well.
ROW_GROUP_ROWS = 500_000
ZSTD_LEVEL = 22

#: No amount lies further than this from a whole cent (some zeros of the original carry binary noise).
CENT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Table:
    """One table: the columns to write, and the columns of the original that they must give back."""

    name: str
    #: Columns as written: narrow integers, money in cents, calendar days as dates.
    written: str
    #: The order that compresses best among those tried.
    order: str
    #: The same columns in the original's types, computed from what was written.
    restored: str


TABLES = (
    Table(
        name="transactions",
        written="""
            household_id::USMALLINT AS household_id, store_id::USMALLINT AS store_id, basket_id,
            product_id::INTEGER AS product_id, quantity::INTEGER AS quantity,
            round(sales_value * 100)::INTEGER AS sales_value_cents,
            round(retail_disc * 100)::INTEGER AS retail_disc_cents,
            round(coupon_disc * 100)::SMALLINT AS coupon_disc_cents,
            round(coupon_match_disc * 100)::SMALLINT AS coupon_match_disc_cents,
            "week"::UTINYINT AS "week", transaction_timestamp::TIMESTAMP AS transaction_timestamp""",
        order="household_id, transaction_timestamp, basket_id, product_id",
        restored="""
            household_id::BIGINT, store_id::BIGINT, basket_id::BIGINT, product_id::BIGINT, quantity::BIGINT,
            sales_value_cents / 100.0::DOUBLE, retail_disc_cents / 100.0::DOUBLE, coupon_disc_cents / 100.0::DOUBLE,
            coupon_match_disc_cents / 100.0::DOUBLE, "week"::BIGINT, transaction_timestamp::TIMESTAMP""",
    ),
    Table(
        name="products",
        written="""
            product_id::INTEGER AS product_id, manufacturer_id::SMALLINT AS manufacturer_id, department, brand,
            product_category, product_type, package_size""",
        order="department, product_category, product_type, manufacturer_id, product_id",
        restored="""
            product_id::BIGINT, manufacturer_id::BIGINT, department, brand, product_category, product_type,
            package_size""",
    ),
    Table(
        name="demographics",
        written="""
            household_id::USMALLINT AS household_id, age, income, home_ownership, marital_status, household_size,
            household_comp, kids_count""",
        order="household_id",
        restored="""
            household_id::BIGINT, age, income, home_ownership, marital_status, household_size, household_comp,
            kids_count""",
    ),
    Table(
        name="campaigns",
        written="campaign_id::UTINYINT AS campaign_id, household_id::USMALLINT AS household_id",
        order="campaign_id, household_id",
        restored="campaign_id::BIGINT, household_id::BIGINT",
    ),
    Table(
        name="campaign_descriptions",
        written="""
            campaign_id::UTINYINT AS campaign_id, campaign_type, start_date::DATE AS start_date,
            end_date::DATE AS end_date""",
        order="campaign_id",
        restored="campaign_id::BIGINT, campaign_type, start_date::TIMESTAMP, end_date::TIMESTAMP",
    ),
    Table(
        name="coupons",
        written="coupon_upc, product_id::INTEGER AS product_id, campaign_id::UTINYINT AS campaign_id",
        order="campaign_id, coupon_upc, product_id",
        restored="coupon_upc::BIGINT, product_id::BIGINT, campaign_id::BIGINT",
    ),
    Table(
        name="coupon_redemptions",
        written="""
            household_id::USMALLINT AS household_id, coupon_upc, campaign_id::UTINYINT AS campaign_id,
            redemption_date::DATE AS redemption_date""",
        order="household_id, redemption_date, coupon_upc, campaign_id",
        restored="household_id::BIGINT, coupon_upc::BIGINT, campaign_id::BIGINT, redemption_date::TIMESTAMP",
    ),
)

MONEY_COLUMNS = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")


def main() -> int:
    """Convert and verify every table; the exit status is 0 only when nothing was lost."""
    arguments = parse_arguments()
    arguments.output.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    lost_rows = 0
    for table in TABLES:
        source, target = (folder / f"{table.name}.parquet" for folder in (arguments.input, arguments.output))
        connection.execute(f"CREATE VIEW original AS FROM '{source}'")
        write(connection, table, target)
        lost_rows += verify(connection, table, target)
        connection.execute("DROP VIEW original")
    return 1 if lost_rows else 0


def parse_arguments() -> argparse.Namespace:
    """The two folders of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path, help="folder with the original Parquet files")
    parser.add_argument("output", type=Path, nargs="?", default=DEFAULT_OUTPUT, help="default: %(default)s")
    return parser.parse_args()


def write(connection: duckdb.DuckDBPyConnection, table: Table, target: Path) -> None:
    """Write one table in its compact form."""
    connection.execute(
        f"COPY (SELECT {table.written} FROM original ORDER BY {table.order}) TO '{target}' "
        f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL {ZSTD_LEVEL}, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
    )


def verify(connection: duckdb.DuckDBPyConnection, table: Table, target: Path) -> int:
    """Print and return how many rows differ between the original and what was written, duplicates counted."""
    original = f"SELECT {original_columns(connection)} FROM original"
    restored = f"SELECT {table.restored} FROM '{target}'"
    rows = scalar(connection, f"SELECT count(*) FROM ({restored})")
    missing = scalar(connection, f"SELECT count(*) FROM ({original} EXCEPT ALL {restored})")
    added = scalar(connection, f"SELECT count(*) FROM ({restored} EXCEPT ALL {original})")
    size = target.stat().st_size
    sys.stdout.write(f"{table.name}: {rows:,} rows, {size:,} bytes, {missing} missing, {added} added\n")
    return missing + added


def original_columns(connection: duckdb.DuckDBPyConnection) -> str:
    """Every column of the original, money rounded to the cent it stands for.

    A few zeros carry binary noise (1.776357e-15), and every double is compared as the nearest one to its cent. An
    amount that is not a whole cent to within the tolerance becomes NULL, which no written row equals.
    """
    names = [name for name, *_ in connection.execute("DESCRIBE original").fetchall()]
    return ", ".join(to_the_cent(name) if name in MONEY_COLUMNS else plain(name) for name in names)


def to_the_cent(column: str) -> str:
    """A money column rounded to whole cents, or NULL where it is none."""
    cents = f"round({column} * 100)"
    return f"CASE WHEN abs({column} * 100 - {cents}) < {CENT_TOLERANCE} THEN {cents} / 100.0::DOUBLE END"


def plain(column: str) -> str:
    """A column as it is; nanosecond timestamps are read as microseconds."""
    return f'"{column}"::TIMESTAMP' if column.endswith(("_date", "_timestamp")) else f'"{column}"'


def scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The single number that a query returns."""
    ((number,),) = connection.execute(sql).fetchall()
    return int(number)


if __name__ == "__main__":
    sys.exit(main())
