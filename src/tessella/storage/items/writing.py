"""Items on their way in, and away."""

from __future__ import annotations

from collections.abc import AsyncIterable
from operator import attrgetter
from typing import Final

import msgspec

from tessella.domain.errors import NoSuch, OtherDimensions
from tessella.domain.identifiers import Namespace
from tessella.domain.ranking.catalogue.item import Item
from tessella.storage.bulk import receive
from tessella.storage.connections.connecting import Connection
from tessella.storage.items.columns import EMPTIED, insert_from, sent_columns
from tessella.storage.items.dimensions import STORED, OneFirst, check_sent, embedding_dimensions
from tessella.storage.writing.submissions import Insert, RowOutcome

#: What becomes of an item whose embedding has another number of dimensions; the right number follows.
OTHER_DIMENSIONS: Final = "dimensions "
#: In the order of their ids, so that two processes do not wait for one another; of equal ids the last is stored.
_IN_ORDER: Final = f"""
    SELECT DISTINCT ON (item_id) *
      FROM ROWS FROM (json_to_recordset(%(rows)s::json) AS ({sent_columns("text[]")})) WITH ORDINALITY
     ORDER BY item_id, ordinality DESC"""
_FITTING: Final = """(
    SELECT sent.* FROM sent, expected WHERE coalesce(cardinality(embedding), 0) IN (0, dimensions)
     ORDER BY item_id) AS fitting"""
_PUT: Final = f"""
WITH sent AS MATERIALIZED ({_IN_ORDER}
), expected AS MATERIALIZED (
    SELECT coalesce(({STORED}), (SELECT cardinality(embedding) FROM sent WHERE cardinality(embedding) > 0
                                      ORDER BY ordinality LIMIT 1)) AS dimensions
), written AS ({insert_from(_FITTING)}
    RETURNING item_id)
SELECT item_id, 'changed' FROM written
 UNION ALL
SELECT item_id, '{OTHER_DIMENSIONS}' || dimensions FROM sent, expected
 WHERE cardinality(embedding) NOT IN (0, dimensions)
"""
PUT_ITEMS: Final = Insert("items", _PUT, msgspec.json.encode, attrgetter("item_id"), journal=OneFirst())


def refusal(word: RowOutcome, item: Item) -> OtherDimensions | None:
    """What became of an item as an error, where it was refused for its embedding."""
    if not isinstance(word, str) or not word.startswith(OTHER_DIMENSIONS):
        return None
    return OtherDimensions("", len(item.embedding or ()), int(word.removeprefix(OTHER_DIMENSIONS)))


_SENT: Final = f"CREATE TEMPORARY TABLE sent ({sent_columns('jsonb')}) ON COMMIT DROP"
#: One text array of a JSON list; none for NULL.
_LIST: Final = "ARRAY(SELECT jsonb_array_elements_text({column}))"
_STORE: Final = insert_from(f"""(
    SELECT item_id, name, brand, category, price, {_LIST.format(column="tags")} AS tags,
           {_LIST.format(column="regions")} AS regions, coalesce(properties, '{{}}') AS properties,
           coalesce(available, true) AS available, available_from, available_until, embedding
      FROM pg_temp.sent
     ORDER BY item_id) AS read""")

_DELETE: Final = f"""
UPDATE tessella.items SET {EMPTIED}, deleted = true, changed = pg_current_xact_id()
 WHERE namespace = %s AND item_id = %s AND NOT deleted
RETURNING item_id
"""


async def put_items_csv(connection: Connection, namespace: Namespace, rows: AsyncIterable[bytes]) -> int:
    """Store items from CSV; returns how many are new or different. Raises `OtherDimensions`."""
    await receive(connection, _SENT, rows)
    before = await embedding_dimensions(connection, namespace)
    stored = (await connection.execute(_STORE, {"namespace": namespace})).rowcount
    await check_sent(connection, namespace, before)
    return stored


async def delete_item(connection: Connection, namespace: Namespace, item_id: str) -> None:
    """Take an item away. Raises `NoSuch`."""
    if await (await connection.execute(_DELETE, [namespace, item_id])).fetchone() is None:
        raise NoSuch("item", item_id)
