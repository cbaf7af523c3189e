"""The columns of an item in the database, and what crosses of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tessella.domain.ranking.catalogue.item import Item
from tessella.storage.times import micros, timestamptz

#: What is said about an item besides its id, in the order of the fields of `Item`.
FIELDS: Final = (
    "name", "brand", "category", "price", "tags", "regions", "properties", "available", "available_from",
    "available_until", "embedding",
)  # fmt: skip
COLUMNS: Final = ", ".join(("item_id", *FIELDS))
#: Everything that a deleted item loses, and what it is then.
EMPTIED: Final = """name = NULL, brand = NULL, category = NULL, price = NULL, tags = '{}', regions = '{}',
       properties = '{}', available = false, available_from = NULL, available_until = NULL, embedding = NULL"""

_TIMES: Final = ("available_from", "available_until")
#: The columns as they are read: times in microseconds.
READ: Final = ", ".join(micros(each) if each in _TIMES else each for each in ("item_id", *FIELDS))


def sent_columns(lists: str) -> str:
    """SQL of the columns as they are sent; `lists` is the type in which tags and regions come."""
    return f"""item_id text COLLATE "C", name text, brand text, category text, price double precision, tags {lists},
regions {lists}, properties jsonb, available boolean, available_from bigint, available_until bigint, embedding real[]"""


def insert_from(source: str) -> str:
    """SQL that stores the items of `source`, whose columns are those of the table but for times.

    An item that is stored as it is sent stays as it is: nobody has to hear of it.
    """
    moved = ", ".join(timestamptz(each) if each in _TIMES else each for each in FIELDS)
    sets = ", ".join(f"{each} = excluded.{each}" for each in FIELDS)
    return f"""
INSERT INTO tessella.items AS stored (namespace, {COLUMNS})
SELECT %(namespace)s, item_id, {moved} FROM {source}
ON CONFLICT (namespace, item_id) DO UPDATE SET {sets}, deleted = false, changed = pg_current_xact_id()
 WHERE stored.deleted OR {_row("stored")} IS DISTINCT FROM {_row("excluded")}
"""


def _row(table: str) -> str:
    return f"ROW({', '.join(f'{table}.{field}' for field in FIELDS)})"


def item_of(row: Sequence[Any]) -> Item:
    """An item from the columns of `READ`."""
    item_id, name, brand, category, price, tags, regions, properties, available, begins, ends, embedding = row
    vector = None if embedding is None else tuple(embedding)
    return Item(
        item_id, name, brand, category, price, tuple(tags), tuple(regions), properties, available, begins, ends, vector
    )
