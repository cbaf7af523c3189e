"""Secrets at rest: sealed with AES-256-GCM, each to the row and column that it stands in.

A sealed secret is the id of its key (4 bytes), a nonce (12) and the ciphertext. Moved to another row, or to another
tenant, it cannot be opened.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tessella.domain.errors import SecretUnreadable
from tessella.settings import Settings
from tessella.storage.installation.secret_files import secret

_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12


class Vault:
    """Seals with the first of its keys, and opens with any of them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {_id_of(key): AESGCM(_cipher_key(key)) for key in reversed(keys)}
        self._current = _id_of(keys[0])

    def seal(self, text: str, place: str) -> bytes:
        """The secret for `place`: namespace, table, id and column of the row, with a space between."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._current + nonce + self._keys[self._current].encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """The secret again. Raises `SecretUnreadable` where its key is not ours, or it was sealed for another place."""
        key_id, nonce, ciphertext = _parted(sealed)
        if key_id not in self._keys:
            raise SecretUnreadable(f"its key {key_id.hex()} is not at hand")
        try:
            return self._keys[key_id].decrypt(nonce, ciphertext, place.encode()).decode()
        except InvalidTag:
            raise SecretUnreadable("it was altered, or sealed for another place") from None

    @property
    def current(self) -> bytes:
        """What everything begins with that was sealed with the first of the keys."""
        return self._current

    def sealed_again(self, sealed: bytes, place: str) -> bytes | None:
        """The same secret, sealed with the first of the keys; None where it is already, or cannot be opened."""
        if sealed[:_ID_BYTES] == self._current:
            return None
        try:
            return self.seal(self.open(sealed, place), place)
        except SecretUnreadable:  # whoever needs it tells of it
            return None


def vault_of(settings: Settings) -> Vault:
    """The vault of this installation. A key that was used before opens what it has sealed."""
    before = settings.encryption_key_before
    former = [] if before is None else [before.get_secret_value().encode()]
    return Vault([secret(settings.home, "encryption_key", settings.encryption_key), *former])


def _parted(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    start = _ID_BYTES + _NONCE_BYTES
    return sealed[:_ID_BYTES], sealed[_ID_BYTES:start], sealed[start:]


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"tessella key id\n" + key).digest()[:_ID_BYTES]


def _cipher_key(key: bytes) -> bytes:
    return hashlib.sha256(b"tessella secrets\n" + key).digest()
