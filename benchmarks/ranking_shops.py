"""Purchases of two shops, as a ranking reads them: an online gift shop, and a grocer's households."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.building import BuiltCatalogue, build_catalogue
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.evaluation.split import Split, split_at
from tessella.domain.ranking.signals.interactions import Interactions, interactions_of

_GIFTS: Final = Path(__file__).parent / "data" / "online_retail"
_DEMO: Final = Path(__file__).parents[1] / "src" / "tessella" / "demo"
_GROCERIES: Final = _DEMO / "data"


@dataclass(frozen=True, slots=True)
class Shop:
    """Where purchases lie, what an item is, and when the held-out time begins and ends."""

    name: str
    #: The folder of the profiles that are shipped for it.
    definitions: Path
    #: Gives subject, item_id, bought_at (a time without a zone) and basket of each purchase.
    purchases: str
    #: Gives item_id, brand, category and tag of each item.
    items: str
    #: UTC, as DuckDB reads it.
    cut: str
    until: str
    #: Items bought less often before the cut are left out.
    fewest: int


#: The last 30 days are held out.
ONLINE_RETAIL: Final = Shop(
    name="Online Retail",
    definitions=_GIFTS / "definitions",
    purchases=f"SELECT customer_id AS subject, item_id, invoiced_at AS bought_at, invoice_no AS basket"
    f" FROM '{_GIFTS}/purchases.parquet'",
    items=f"SELECT item_id, NULL AS brand, NULL AS category, NULL AS tag FROM '{_GIFTS}/items.parquet'",
    cut="2011-11-09 12:50:00.000001",
    until="2011-12-09 12:50:00.000001",
    fewest=1,
)
#: December is held out.
COMPLETE_JOURNEY: Final = Shop(
    name="Complete Journey",
    definitions=_DEMO / "definitions",
    purchases=f"SELECT household_id AS subject, product_id::VARCHAR AS item_id, transaction_timestamp AS bought_at,"
    f" basket_id AS basket FROM '{_GROCERIES}/transactions.parquet'",
    items=f"SELECT product_id::VARCHAR AS item_id, product_category AS category, product_type AS tag,"
    f" CASE brand WHEN 'Private' THEN 'Store brand' ELSE 'Maker ' || manufacturer_id END AS brand"
    f" FROM '{_GROCERIES}/products.parquet'",
    cut="2017-12-01",
    until="2018-01-02",
    fewest=5,
)


@dataclass(frozen=True, slots=True, eq=False)
class Sales:
    """The items of a shop that count, and every purchase of them."""

    name: str
    built: BuiltCatalogue
    events: Interactions
    split: Split
    until: Instant


def sales_of(shop: Shop) -> Sales:
    """Read a shop's purchases and hold out those from the cut on."""
    with duckdb.connect() as connection:
        connection.execute(f"""
            CREATE VIEW purchases AS {shop.purchases};
            CREATE TABLE chosen AS
            SELECT row_number() OVER (ORDER BY item_id) - 1 AS row, item_id, brand, category, tag
              FROM (SELECT item_id FROM purchases WHERE bought_at < TIMESTAMP '{shop.cut}'
                     GROUP BY item_id HAVING count(*) >= {shop.fewest}) LEFT JOIN ({shop.items}) USING (item_id)""")
        built = build_catalogue(
            Item(item_id, brand=brand, category=category, tags=() if tag is None else (tag,))
            for item_id, brand, category, tag in connection.execute(
                "SELECT item_id, brand, category, tag FROM chosen ORDER BY row"
            ).fetchall()
        )
        events = _events(connection)
        cut, until = (_instant(connection, each) for each in (shop.cut, shop.until))
    return Sales(shop.name, built, events, split_at(events, len(built.catalogue), cut, until), until)


def _events(connection: duckdb.DuckDBPyConnection) -> Interactions:
    columns = connection.execute("""
        SELECT dense_rank() OVER (ORDER BY subject) - 1 AS subject, row, epoch_us(bought_at) AS bought_at,
               dense_rank() OVER (ORDER BY basket) - 1 AS basket
          FROM purchases JOIN chosen USING (item_id)""").fetchnumpy()
    ones = np.ones(len(columns["row"]), np.float32)
    return interactions_of(
        columns["subject"], columns["row"], columns["bought_at"], ones, ones > 0, baskets=columns["basket"]
    )


def _instant(connection: duckdb.DuckDBPyConnection, moment: str) -> Instant:
    [found] = connection.execute(f"SELECT epoch_us(TIMESTAMP '{moment}')").fetchall()
    return Instant(found[0])
