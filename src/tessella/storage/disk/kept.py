"""One namespace as it is kept: its definitions, its keys, and a seal over both."""

from __future__ import annotations

import hmac
from collections import defaultdict
from typing import Final

import msgspec

from tessella.domain.definitions import Definition, Definitions, Kind, read_definition, write_definition
from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Instant, Json, Namespace, point
from tessella.storage.disk.errors import KeptUnusable
from tessella.storage.key_ring import KeyRing

#: The first line of a file. Another form gets another number.
_FORM: Final = b"tessella snapshot 1\n"
_SEAL_LETTERS: Final = 64


class KeptObject(msgspec.Struct, frozen=True):
    """One definition."""

    kind: Kind
    identifier: str
    body: dict[str, Json]


class KeptNamespace(msgspec.Struct, frozen=True):
    """One namespace."""

    namespace: Namespace
    #: Which database it is of, as its connection string says.
    database: str
    version: int
    objects: list[KeptObject]
    ring: KeyRing
    #: When this was last known to be what the database holds.
    confirmed_at: Instant

    def definitions(self) -> Definitions:
        """What was defined. Raises `TessellaError` for what this program cannot read."""
        objects: dict[Kind, dict[str, Definition]] = defaultdict(dict)
        for each in self.objects:
            at = point("", each.kind.plural, each.identifier)
            objects[each.kind][each.identifier] = read_definition(each.kind, each.body, at)
        return Definitions.of(objects)

    def merged(self, stored: KeptNamespace) -> KeptNamespace:
        """Of two that were kept of one server, the newer definitions and the newer keys."""
        if stored.database != self.database or stored.ring.server != self.ring.server:
            return self
        newest = max(stored, self, key=lambda each: (each.version, each.confirmed_at))
        return msgspec.structs.replace(newest, ring=max(stored.ring, self.ring, key=lambda ring: ring.moment))

    def says(self, other: KeptNamespace) -> bool:
        """Whether it holds the same, whenever that was confirmed."""
        return (self.database, self.version, self.ring) == (other.database, other.version, other.ring)


def objects_of(definitions: Definitions) -> list[KeptObject]:
    """Every definition as it is kept."""
    return [
        KeptObject(kind, identifier, write_definition(definition))
        for kind in Kind
        for identifier, definition in definitions.of_kind(kind).items()
    ]


def sealed(kept: KeptNamespace, key: bytes) -> bytes:
    """The content of its file."""
    body = msgspec.json.encode(kept)
    return _FORM + _seal(kept.namespace, body, key) + b"\n" + body


def opened(content: bytes, namespace: Namespace, key: bytes) -> KeptNamespace:
    """What a file holds. Raises `KeptUnusable` for one that is not whole, not ours, or not this namespace's."""
    if not content.startswith(_FORM):
        raise KeptUnusable(namespace, "it has another form")
    start = len(_FORM) + _SEAL_LETTERS + 1
    seal, body = content[len(_FORM) : start - 1], content[start:]
    if not hmac.compare_digest(seal, _seal(namespace, body, key)):
        raise KeptUnusable(namespace, "it was altered, cut short, or sealed for another namespace or with another key")
    try:
        return msgspec.json.decode(body, type=KeptNamespace)
    except (msgspec.DecodeError, TessellaError) as error:
        raise KeptUnusable(namespace, f"{error}") from error


def _seal(namespace: Namespace, body: bytes, key: bytes) -> bytes:
    return hmac.new(key, _FORM + namespace.encode() + b"\n" + body, "sha256").hexdigest().encode()
