"""Signed requests in the database: each signature is taken once, whichever process it comes to."""

from __future__ import annotations

from typing import Final

from tessella.domain.errors import SecretUnreadable
from tessella.domain.errors.identity import Replayed, SigningSecretUnreadable
from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.identity.signing import MOST_SECONDS, SignedRequest, check_signature
from tessella.ports import Caller
from tessella.storage.connections.connecting import Connection
from tessella.storage.connections.database import Database
from tessella.storage.scope import system
from tessella.storage.vault import Vault

_TAKE: Final = """
INSERT INTO tessella.signed_requests (namespace, key_id, signature) VALUES (%s, %s, %s)
ON CONFLICT DO NOTHING RETURNING true
"""
#: A request counts so long after its time, and that may lie as far ahead. As much again for clocks that were set.
_FORGET: Final = f"""
DELETE FROM tessella.signed_requests
 WHERE namespace = %s AND taken_at < now() - interval '{4 * MOST_SECONDS} seconds'
"""
_SECRETS: Final = """
SELECT key_id, signing_secret FROM tessella.api_keys WHERE namespace = %s AND signing_secret IS NOT NULL
"""
_SEAL_AGAIN: Final = """
UPDATE tessella.api_keys SET signing_secret = %s WHERE namespace = %s AND key_id = %s AND signing_secret = %s
"""


class Signatures:
    """What signed requests are checked by."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def take(self, caller: Caller, sealed: bytes, request: SignedRequest, now: Instant) -> None:
        """Check a request's signature, and take it. Raises `WrongSignature`, `SignedAtAnotherTime` and `Replayed`.

        While the database is away it raises `DatabaseAway`: nobody knows then whether the request was taken before.
        """
        assert caller.key_id is not None, "a token has no conditions"
        check_signature(request, self._secret(caller.namespace, caller.key_id, sealed), now)
        async with self._database.transaction(system(caller.namespace)) as connection:
            told = await connection.execute(_TAKE, [caller.namespace, caller.key_id, request.signature])
            is_new = await told.fetchone() is not None
        if not is_new:
            raise Replayed

    def _secret(self, namespace: Namespace, key_id: str, sealed: bytes) -> str:
        try:
            return self._vault.open(sealed, secret_place(namespace, key_id))
        except SecretUnreadable as error:
            raise SigningSecretUnreadable(error.problem) from error


def secret_place(namespace: Namespace, key_id: str) -> str:
    """What a key's signing secret is sealed to."""
    return f"{namespace} api_keys {key_id} signing_secret"


async def forget_old(connection: Connection, namespace: Namespace) -> None:
    """Forget signatures whose requests would be refused for their time."""
    await connection.execute(_FORGET, [namespace])


async def seal_again(connection: Connection, namespace: Namespace, vault: Vault) -> None:
    """Seal those secrets with the present key that were sealed with one before."""
    for key_id, sealed in await (await connection.execute(_SECRETS, [namespace])).fetchall():
        if (renewed := vault.sealed_again(sealed, secret_place(namespace, key_id))) is not None:
            await connection.execute(_SEAL_AGAIN, [renewed, namespace, key_id, sealed])
