"""Namespaces and API keys, as their administrator looks after them."""

from __future__ import annotations

import secrets
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.ports import Caller
from tessella.storage.connections.connecting import Connection
from tessella.storage.connections.database import Database
from tessella.storage.keys.verifying import Keys
from tessella.storage.memory.snapshots import Snapshots
from tessella.storage.namespaces import create_namespace
from tessella.storage.scope import scope_of
from tessella.storage.times import micros

_ADD: Final = """
INSERT INTO tessella.api_keys (namespace, key_id, secret_hash, role, label) VALUES (%s, %s, %s, %s, %s)
"""
_LIST: Final = f"""
SELECT key_id, role, label, {micros("created_at")}, {micros("revoked_at")}
  FROM tessella.api_keys WHERE namespace = %s ORDER BY created_at, key_id
"""
_REVOKE: Final = """
UPDATE tessella.api_keys SET revoked_at = now() WHERE namespace = %s AND key_id = %s AND revoked_at IS NULL
RETURNING key_id
"""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is listed."""

    key_id: str
    role: Role
    label: str
    created_at: Instant
    revoked_at: Instant | None


class Administration:
    """What is done to namespaces and keys. It acts as the namespace's superadmin."""

    def __init__(self, database: Database, snapshots: Snapshots, keys: Keys) -> None:
        self._database = database
        self._snapshots = snapshots
        self._keys = keys

    async def create_namespace(self, namespace: Namespace) -> None:
        """Make a namespace; nothing changes when it exists."""
        async with self._acting(namespace) as connection:
            await create_namespace(connection, namespace)
        loaded = await self._snapshots.open(namespace)
        if loaded.snapshot is None:
            await self._snapshots.refresh(loaded)

    async def create_key(self, namespace: Namespace, role: Role, label: str = "") -> str:
        """A new API key; its text is shown this once. The namespace is made when there is none."""
        await self.create_namespace(namespace)
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        digest = self._keys.digest(namespace, key_id, secret)
        async with self._acting(namespace) as connection:
            await connection.execute(_ADD, [namespace, key_id, digest, role, label])
        await self._snapshots.keys_changed(namespace)
        return f"tess_{namespace}.{key_id}.{secret}"

    async def list_keys(self, namespace: Namespace) -> list[ApiKey]:
        """The namespace's keys, the revoked ones too, oldest first. Their texts are not kept."""
        async with self._acting(namespace) as connection:
            found = await (await connection.execute(_LIST, [namespace])).fetchall()
        return [ApiKey(key_id, Role(role), *rest) for key_id, role, *rest in found]

    async def revoke_key(self, namespace: Namespace, key_id: str) -> None:
        """Take a key back for good: at once here, within two seconds in other processes. Raises `NoSuch`."""
        async with self._acting(namespace) as connection:
            if await (await connection.execute(_REVOKE, [namespace, key_id])).fetchone() is None:
                raise NoSuch("key", key_id)
        self._keys.forget(namespace, key_id)
        await self._snapshots.keys_changed(namespace)

    def _acting(self, namespace: Namespace) -> AbstractAsyncContextManager[Connection]:
        return self._database.transaction(scope_of(Caller(namespace, Role.SUPERADMIN)))
