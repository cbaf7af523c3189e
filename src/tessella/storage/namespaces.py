"""The namespaces."""

from __future__ import annotations

from typing import Final

from tessella.domain.identifiers import Namespace
from tessella.storage.connections.connecting import Connection

_CREATE: Final = "INSERT INTO tessella.namespaces (namespace) VALUES (%s) ON CONFLICT DO NOTHING"
_BEGIN_COUNTING: Final = "INSERT INTO tessella.snapshot_versions (namespace) VALUES (%s) ON CONFLICT DO NOTHING"
#: For what is asked for at night in all of them: row security shows a namespace to nobody but itself.
_NAME: Final = "INSERT INTO jobs.all_namespaces (namespace) VALUES (%s) ON CONFLICT DO NOTHING"


async def create_namespace(connection: Connection, namespace: Namespace) -> None:
    """Make the namespace of the connection's scope; nothing changes when it exists."""
    await connection.execute(_CREATE, [namespace])
    await connection.execute(_BEGIN_COUNTING, [namespace])
    await connection.execute(_NAME, [namespace])
