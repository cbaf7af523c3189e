"""All embeddings of a namespace have as many numbers, also when two processes store the first ones at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.errors import OtherDimensions
from tessella.domain.identifiers import Namespace
from tessella.domain.ranking.catalogue.item import Item
from tessella.storage.connections.connecting import Connection
from tessella.storage.scope import Scope

#: SQL for how many numbers the stored embeddings have; no row while there is none.
STORED: Final = """
SELECT cardinality(embedding) FROM tessella.items WHERE namespace = %(namespace)s AND embedding IS NOT NULL LIMIT 1
"""
_SENT: Final = "SELECT cardinality(embedding) FROM pg_temp.sent WHERE embedding IS NOT NULL LIMIT 1"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('tessella embeddings ' || %(namespace)s, 0))"
_LOCK_IF_FIRST: Final = f"{_LOCK} WHERE NOT EXISTS ({STORED})"
_OTHER: Final = """
SELECT cardinality(embedding) FROM tessella.items
 WHERE namespace = %(namespace)s AND embedding IS NOT NULL AND cardinality(embedding) <> %(sent)s LIMIT 1
"""


class OneFirst:
    """A journal that lets one writer at a time store the first embeddings of a namespace: the next one sees them."""

    async def prepare(self, connection: Connection, scope: Scope, rows: Sequence[Item]) -> None:
        """Wait until nobody else stores first ones."""
        if any(each.embedding is not None for each in rows):
            await connection.execute(_LOCK_IF_FIRST, {"namespace": scope.namespace})

    def keep(self) -> None:
        """The lock ended with the transaction."""

    def forget(self) -> None:
        """Likewise."""


async def embedding_dimensions(connection: Connection, namespace: Namespace) -> int | None:
    """How many numbers an embedding has; None while no item has one."""
    return await _number(connection, STORED, namespace)


async def check_sent(connection: Connection, namespace: Namespace, before: int | None) -> None:
    """Raises `OtherDimensions` when the embeddings in `pg_temp.sent`, which are stored by now, differ from others.

    `before`: how many numbers those had that were stored before. Without any, others may store first ones at the same
    time; whoever comes here second sees the first.
    """
    sent = await _number(connection, _SENT, namespace)
    if sent is not None and before is None:
        await connection.execute(_LOCK, {"namespace": namespace})
        before = await _number(connection, _OTHER, namespace, sent)
    if sent is not None and before not in {None, sent}:
        raise OtherDimensions("", sent, before)


async def _number(connection: Connection, query: str, namespace: Namespace, sent: int | None = None) -> int | None:
    found = await (await connection.execute(query, {"namespace": namespace, "sent": sent})).fetchone()
    return None if found is None else found[0]
