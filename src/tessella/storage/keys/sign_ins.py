"""Sessions of browsers and links that begin one: sealed with the installation's encryption key, and kept nowhere.

So every worker and every host that has the key opens them. Only that a link was used is stored.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from tessella.domain.errors import SecretUnreadable
from tessella.domain.errors.identity import InvalidKey
from tessella.domain.errors.sign_ins import (
    CredentialTooLong,
    LinkEnded,
    LinkUnknown,
    LinkUsed,
    SessionEnded,
    SessionUnknown,
)
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant
from tessella.domain.identity.keys import read_key
from tessella.domain.identity.sign_ins import SECOND_US, SignIn, read_sign_in, write_sign_in
from tessella.storage.connections.database import Database
from tessella.storage.scope import system
from tessella.storage.times import timestamptz
from tessella.storage.vault import Vault

#: What the texts begin with, by which a log or a scanner can tell them.
SESSION_PREFIX: Final = "tses_"
LINK_PREFIX: Final = "tlnk_"
#: Browsers keep no cookie of more than 4,096 bytes. What is sealed beside a credential, and a third for base64.
MOST_CHARACTERS: Final = 2_900

_SESSION: Final = "session cookie"
_LINK: Final = "sign-in link"
_NOT_WHOLE: Final = "it is not whole"
_TOKEN_BYTES: Final = 24
#: Of a key's id, a nonce and a seal over nothing.
_LEAST_BYTES: Final = 32
#: With the end of the link as its time, so that it is not forgotten before.
_USE: Final = f"""
INSERT INTO tessella.signed_requests (namespace, key_id, signature, taken_at)
VALUES (%(namespace)s, %(key_id)s, %(used)s, {timestamptz("%(until)s::bigint")})
ON CONFLICT DO NOTHING RETURNING true
"""


class SignIns:
    """What seals and opens sessions and links."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def begin(self, credential: str, now: Instant, until: Instant) -> tuple[str, SignIn]:
        """A new session of a credential that was proved: the text of its cookie, and what it holds.

        Raises `CredentialTooLong`.
        """
        if len(credential) > MOST_CHARACTERS:
            raise CredentialTooLong(len(credential), MOST_CHARACTERS)
        signed_in = SignIn(credential, secrets.token_urlsafe(_TOKEN_BYTES), now, until)
        return self._sealed(SESSION_PREFIX, _SESSION, signed_in), signed_in

    def session(self, cookie: str, now: Instant) -> SignIn:
        """The session of a cookie; whether its credential still counts is not asked. Asks nobody.

        Raises `SessionUnknown` and `SessionEnded`.
        """
        try:
            signed_in = self._opened(SESSION_PREFIX, _SESSION, cookie)
        except SecretUnreadable as error:
            raise SessionUnknown(error.problem) from error
        if now >= signed_in.until:
            raise SessionEnded(iso(signed_in.until))
        return signed_in

    def link(self, key: str, now: Instant, seconds: int) -> str:
        """The code of a link that signs in once with an API key, within `seconds`."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        return self._sealed(LINK_PREFIX, _LINK, SignIn(key, token, now, Instant(now + seconds * SECOND_US)))

    def linked(self, code: str, now: Instant) -> SignIn:
        """What a link stands for; it is not used up yet. Raises `LinkUnknown` and `LinkEnded`."""
        try:
            link = self._opened(LINK_PREFIX, _LINK, code)
        except SecretUnreadable as error:
            raise LinkUnknown(error.problem) from error
        if now >= link.until:
            raise LinkEnded(iso(link.until))
        return link

    async def use(self, link: SignIn) -> None:
        """Use a link up, whichever process it comes to. Raises `LinkUsed`, and `DatabaseAway`."""
        key = read_key(link.credential)
        if key is None:
            raise InvalidKey
        used = hashlib.sha256(f"{_LINK}\n{link.token}".encode()).digest()
        told = {"namespace": key.namespace, "key_id": key.key_id, "used": used, "until": link.until}
        async with self._database.transaction(system(key.namespace)) as connection:
            is_new = await (await connection.execute(_USE, told)).fetchone() is not None
        if not is_new:
            raise LinkUsed

    def _sealed(self, prefix: str, place: str, signed_in: SignIn) -> str:
        sealed = self._vault.seal(write_sign_in(signed_in), place)
        return prefix + urlsafe_b64encode(sealed).decode().rstrip("=")

    def _opened(self, prefix: str, place: str, text: str) -> SignIn:
        """Raises `SecretUnreadable`."""
        written = text.removeprefix(prefix)
        try:
            sealed = urlsafe_b64decode(written + "=" * (-len(written) % 4))
        except ValueError:
            raise SecretUnreadable(_NOT_WHOLE) from None
        if written == text or len(sealed) < _LEAST_BYTES:
            raise SecretUnreadable(_NOT_WHOLE)
        return read_sign_in(self._vault.open(sealed, place))
