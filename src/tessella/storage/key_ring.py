"""The valid API keys of one namespace, as of one moment: what proves them, never themselves."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tessella.domain.identifiers import Role, SubjectId
from tessella.domain.identity.addresses import read_networks
from tessella.domain.identity.keys import KeyConditions, KeyText
from tessella.ports import Caller

#: Differs as soon as a key was added, taken back or changed. A secret that is sealed anew is a change.
STATE: Final = """(
    SELECT coalesce(sum(hashtextextended(concat(key_id, role, revoked_at, encode(signing_secret, 'hex')), 0)), 0)::text
      FROM tessella.api_keys WHERE namespace = %(namespace)s)"""
#: One statement, so that all of it is of one moment.
READ_RING: Final = f"""
SELECT {STATE}, (SELECT system_identifier::text FROM pg_control_system()), pg_current_snapshot()::text,
       (SELECT jsonb_object_agg(key_id, jsonb_build_array(
                   encode(secret_hash, 'hex'), role, subject_id, allowed_networks, encode(signing_secret, 'hex')))
          FROM tessella.api_keys WHERE namespace = %(namespace)s AND revoked_at IS NULL)
"""

_FREE: Final = KeyConditions()


class KnownKey(msgspec.Struct, frozen=True):
    """One valid key."""

    secret_hash: bytes
    role: Role
    #: Whom it acts for.
    subject_id: SubjectId | None = None
    #: As CIDR; empty for any.
    networks: list[str] = []
    #: What signs its requests, sealed to its row; None where they need no signature.
    sealed_secret: bytes | None = None

    def caller(self, claim: KeyText) -> Caller:
        """Who a request with this key is, once it is proved."""
        conditions = KeyConditions(read_networks(self.networks), self.sealed_secret)
        is_free = conditions == _FREE
        return Caller(claim.namespace, Role(self.role), self.subject_id, claim.key_id, None if is_free else conditions)


class KeyRing(msgspec.Struct, frozen=True):
    """The valid keys of a namespace by id. Those that were taken back are not among them."""

    state: str
    #: The server that it was read from. Moments of another cannot be compared.
    server: str
    #: Grows from one reading to the next.
    moment: tuple[int, int]
    keys: dict[str, KnownKey]

    def without(self, key_id: str) -> KeyRing:
        """The same before it is read again, with one key taken back."""
        left = {each: known for each, known in self.keys.items() if each != key_id}
        return msgspec.structs.replace(self, state="", keys=left)


def ring_of(row: Any) -> KeyRing:
    """A ring from a row of `READ_RING`."""
    state, server, seen, keys = row
    known = {key_id: _known(*stored) for key_id, stored in (keys or {}).items()}
    return KeyRing(state, server, _moment(seen), known)


def _known(digest: str, role: str, subject_id: SubjectId | None, networks: list[str], sealed: str | None) -> KnownKey:
    secret = None if sealed is None else bytes.fromhex(sealed)
    return KnownKey(bytes.fromhex(digest), Role(role), subject_id, networks, secret)


def _moment(seen: str) -> tuple[int, int]:
    """PostgreSQL's snapshot `xmin:xmax:running` as something that grows: of two with one end, the later runs less."""
    _, end, running = seen.split(":")
    return int(end), -len(running.split(",")) if running else 0
