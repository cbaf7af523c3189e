"""One maker of a kind of version at a time, in a namespace, over all processes."""

from __future__ import annotations

from typing import Final

from tessella.domain.identifiers import Namespace
from tessella.storage.connections.connecting import Connection

#: A maker whose machine is gone without a word gives the lock back within a quarter of a minute.
_KEEPALIVE: Final = """
SELECT set_config('tcp_keepalives_idle', '5', true), set_config('tcp_keepalives_interval', '3', true),
       set_config('tcp_keepalives_count', '3', true)
"""


async def lock(connection: Connection, kind: str, namespace: Namespace) -> bool:
    """Keep every other maker away until the transaction ends; whether nobody else does."""
    await connection.execute(_KEEPALIVE)
    asked = f"SELECT pg_try_advisory_xact_lock({_number(kind)})"
    found = await (await connection.execute(asked, {"namespace": namespace})).fetchone()
    return found is not None and bool(found[0])


async def wait_for(connection: Connection, kind: str, namespace: Namespace) -> None:
    """The same, once nobody else does."""
    await connection.execute(f"SELECT pg_advisory_xact_lock({_number(kind)})", {"namespace": namespace})


def is_held(kind: str) -> str:
    """SQL for whether somebody makes a version of `kind` in `%(namespace)s` at this moment.

    A version whose maker is gone is nobody's: the next one takes it away.
    """
    return f"""EXISTS (
    SELECT FROM pg_locks
     WHERE locktype = 'advisory' AND objsubid = 1  -- a lock of 64 bits is listed in halves
       AND (classid::bigint << 32) | objid::bigint = {_number(kind)}
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""


def _number(kind: str) -> str:
    return f"hashtextextended('tessella {kind} ' || %(namespace)s, 0)"
