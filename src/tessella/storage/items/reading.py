"""Items as they are read: one, a page, all, and what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import Namespace
from tessella.domain.ranking.catalogue.item import Availability, Item
from tessella.storage.connections.connecting import Connection
from tessella.storage.horizons import written_after
from tessella.storage.items.columns import READ, item_of
from tessella.storage.times import micros

_ITEMS: Final = f"SELECT {READ} FROM tessella.items WHERE namespace = %(namespace)s AND NOT deleted"
_OF: Final = f"{_ITEMS} AND item_id = ANY(%(item_ids)s) ORDER BY item_id"
_PAGE: Final = f"{_ITEMS} AND (%(after)s::text IS NULL OR item_id > %(after)s) ORDER BY item_id LIMIT %(limit)s"
_ALL: Final = f"{_ITEMS} ORDER BY item_id"
#: How many items come at a time.
_AT_A_TIME: Final = 2_000

_CHANGED: Final = f"""
SELECT item_id, available AND NOT deleted, {micros("available_from")}, {micros("available_until")}
  FROM tessella.items
 WHERE namespace = %(namespace)s AND {written_after("%(horizon)s")}
"""


async def one_item(connection: Connection, namespace: Namespace, item_id: str) -> Item:
    """One item. Raises `NoSuch`."""
    for item in await items_of(connection, namespace, [item_id]):
        return item
    raise NoSuch("item", item_id)


async def items_of(connection: Connection, namespace: Namespace, item_ids: Sequence[str]) -> list[Item]:
    """Those that there are, in the order of their ids."""
    found = await connection.execute(_OF, {"namespace": namespace, "item_ids": list(item_ids)})
    return [item_of(row) for row in await found.fetchall()]


async def items_page(connection: Connection, namespace: Namespace, limit: int, after: str | None) -> list[Item]:
    """At most `limit` items in the order of their ids, with `after` those of greater ids."""
    found = await connection.execute(_PAGE, {"namespace": namespace, "limit": limit, "after": after})
    return [item_of(row) for row in await found.fetchall()]


async def stream_items(connection: Connection, namespace: Namespace) -> AsyncIterator[Item]:
    """Every item in the order of its id."""
    async with connection.cursor(name="items") as cursor:
        cursor.itersize = _AT_A_TIME
        async for row in await cursor.execute(_ALL, {"namespace": namespace}):
            yield item_of(row)


async def changed_items(connection: Connection, namespace: Namespace, since: str) -> list[Availability]:
    """The availability of every item that was written after a horizon, whatever order transactions end in.

    Ask for the next horizon before: what is written between the two is then read twice, and nothing is missed.
    """
    found = await connection.execute(_CHANGED, {"namespace": namespace, "horizon": since})
    changes: list[Availability] = []
    while rows := await found.fetchmany(_AT_A_TIME):
        changes += [Availability(*row) for row in rows]
        await asyncio.sleep(0)  # of a whole catalogue that was imported anew there may be a million
    return changes
