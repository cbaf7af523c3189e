"""Namespaces and API keys, as their administrator looks after them."""

from __future__ import annotations

import secrets
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, NamedTuple

from tessella.domain.errors import NoSuch, NoSuchNamespace
from tessella.domain.identifiers import Instant, Namespace, Role, SubjectId
from tessella.domain.identity.addresses import read_networks
from tessella.domain.identity.keys import ApiKey, CreatedKey, KeyText, WantedKey, check_wanted
from tessella.domain.privacy.subject_ids import check_subject
from tessella.ports import Caller
from tessella.storage.connections.connecting import Connection
from tessella.storage.connections.database import Database
from tessella.storage.keys.signatures import secret_place
from tessella.storage.keys.verifying import Keys
from tessella.storage.memory.snapshots import Snapshots
from tessella.storage.namespaces import create_namespace
from tessella.storage.scope import scope_of
from tessella.storage.times import micros, timestamptz
from tessella.storage.vault import Vault

_ADD: Final = """
INSERT INTO tessella.api_keys
       (namespace, key_id, secret_hash, role, label, subject_id, allowed_networks, signing_secret)
VALUES (%s, %s, %s, %s, %s, %s, %s::text[]::cidr[], %s)
"""
_LIST: Final = f"""
SELECT key_id, role, label, subject_id, allowed_networks::text[], signing_secret IS NOT NULL,
       {micros("created_at")}, {micros("revoked_at")}
  FROM tessella.api_keys
 WHERE namespace = %(namespace)s
   AND (%(at)s::bigint IS NULL OR (created_at, key_id) > ({timestamptz("%(at)s")}, %(key_id)s))
 ORDER BY created_at, key_id LIMIT %(limit)s
"""
_REVOKE: Final = """
UPDATE tessella.api_keys SET revoked_at = now() WHERE namespace = %s AND key_id = %s AND revoked_at IS NULL
RETURNING key_id
"""


class KeyMark(NamedTuple):
    """A place in the list of keys."""

    created_at: Instant
    key_id: str


class Administration:
    """What is done to namespaces and keys. It acts as the namespace's superadmin."""

    def __init__(self, database: Database, snapshots: Snapshots, keys: Keys, vault: Vault) -> None:
        self._database = database
        self._snapshots = snapshots
        self._keys = keys
        self._vault = vault

    async def create_namespace(self, namespace: Namespace) -> None:
        """Make a namespace; nothing changes when it exists."""
        async with self._acting(namespace) as connection:
            await create_namespace(connection, namespace)
        loaded = await self._snapshots.open(namespace)
        if loaded.snapshot is None:
            await self._snapshots.refresh(loaded)

    async def has_namespace(self, namespace: Namespace) -> bool:
        """Whether there is a namespace of that name. Does not wait when it is in memory."""
        loaded = await self._snapshots.open(namespace)
        return not isinstance(loaded.failure, NoSuchNamespace)

    async def create_key(self, namespace: Namespace, role: Role, label: str = "") -> str:
        """A new API key that is bound to nothing; its text is shown this once. Makes the namespace as `create`."""
        return (await self.create(namespace, WantedKey(role, label))).text

    async def create(self, namespace: Namespace, wanted: WantedKey) -> CreatedKey:
        """A new API key. The namespace is made when there is none.

        Raises `WrongShape` for one that cannot be, and `SubjectIsAddress`.
        """
        check_wanted(wanted)
        await self.create_namespace(namespace)
        if wanted.subject_id is not None:
            allowed = (await self._snapshots.open(namespace)).current().definitions.defaults.subject_ids
            check_subject(wanted.subject_id, allowed, "/subject_id")
        key = KeyText(namespace, secrets.token_hex(6), secrets.token_urlsafe(32))
        signing = f"sign_{secrets.token_urlsafe(32)}" if wanted.is_signed else None
        sealed = None if signing is None else self._vault.seal(signing, secret_place(namespace, key.key_id))
        networks = [str(each) for each in wanted.networks]
        stored = self._keys.digest(key), wanted.role, wanted.label, wanted.subject_id, networks, sealed
        async with self._acting(namespace) as connection:
            await connection.execute(_ADD, [namespace, key.key_id, *stored])
        await self._snapshots.keys_changed(namespace)
        return CreatedKey(key.key_id, str(key), signing)

    async def list_keys(self, namespace: Namespace) -> list[ApiKey]:
        """The namespace's keys, the revoked ones too, oldest first. Their texts are not kept."""
        return await self.keys_after(namespace, None, None)

    async def keys_after(self, namespace: Namespace, after: KeyMark | None, limit: int | None) -> list[ApiKey]:
        """At most `limit` of them behind one that stood there."""
        at, key_id = after or (None, "")
        asked = {"namespace": namespace, "at": at, "key_id": key_id, "limit": limit}
        async with self._acting(namespace) as connection:
            found = await (await connection.execute(_LIST, asked)).fetchall()
        return [_listed(*row) for row in found]

    async def revoke_key(self, namespace: Namespace, key_id: str) -> None:
        """Take a key back for good: at once here, within two seconds in other processes. Raises `NoSuch`."""
        async with self._acting(namespace) as connection:
            if await (await connection.execute(_REVOKE, [namespace, key_id])).fetchone() is None:
                raise NoSuch("key", key_id)
        self._keys.forget_key(namespace, key_id)
        await self._snapshots.keys_changed(namespace)

    def _acting(self, namespace: Namespace) -> AbstractAsyncContextManager[Connection]:
        return self._database.transaction(scope_of(Caller(namespace, Role.SUPERADMIN)))


def _listed(key_id: str, role: str, label: str, subject_id: SubjectId, networks: list[str], *rest: Any) -> ApiKey:
    return ApiKey(key_id, Role(role), label, subject_id, read_networks(networks), *rest)
