"""Items on their way in, and away."""

from __future__ import annotations

from collections.abc import AsyncIterable
from operator import attrgetter
from typing import Final

import msgspec

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import Namespace
from tessella.storage.bulk import receive
from tessella.storage.connections.connecting import Connection
from tessella.storage.items.columns import EMPTIED, insert_from, sent_columns
from tessella.storage.writing.submissions import Insert

#: In the order of their ids, so that two processes do not wait for one another; of equal ids the last is stored.
_IN_ORDER: Final = f"""(
    SELECT DISTINCT ON (item_id) *
      FROM ROWS FROM (json_to_recordset(%(rows)s::json) AS ({sent_columns("text[]")})) WITH ORDINALITY
     ORDER BY item_id, ordinality DESC) AS sent"""
PUT_ITEMS: Final = Insert(
    "items", f"{insert_from(_IN_ORDER)} RETURNING item_id, 'changed'", msgspec.json.encode, attrgetter("item_id")
)

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
    """Store items from CSV; returns how many are new or different."""
    await receive(connection, _SENT, rows)
    return (await connection.execute(_STORE, {"namespace": namespace})).rowcount


async def delete_item(connection: Connection, namespace: Namespace, item_id: str) -> None:
    """Take an item away. Raises `NoSuch`."""
    if await (await connection.execute(_DELETE, [namespace, item_id])).fetchone() is None:
        raise NoSuch("item", item_id)
