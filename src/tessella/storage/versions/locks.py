"""One maker of a kind of version at a time, in a namespace, over all processes."""

from __future__ import annotations

from typing import Final

from tessella.domain.identifiers import Namespace
from tessella.storage.connections.connecting import Connection

_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('tessella ' || %s || ' ' || %s, 0))"
#: A maker whose machine is gone without a word gives the lock back within a quarter of a minute.
_KEEPALIVE: Final = """
SELECT set_config('tcp_keepalives_idle', '5', true), set_config('tcp_keepalives_interval', '3', true),
       set_config('tcp_keepalives_count', '3', true)
"""


async def lock(connection: Connection, kind: str, namespace: Namespace) -> bool:
    """Keep every other maker away until the transaction ends; whether nobody else does."""
    await connection.execute(_KEEPALIVE)
    found = await (await connection.execute(_LOCK, [kind, namespace])).fetchone()
    return found is not None and bool(found[0])
