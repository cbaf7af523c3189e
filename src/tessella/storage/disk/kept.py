"""One namespace as it is kept: its definitions, its keys, and a seal over both."""

from __future__ import annotations

import hmac
from collections import defaultdict
from typing import Final, TypeVar

import msgspec

from tessella.domain.definitions import Definition, Definitions, Kind, read_definition, write_definition
from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Instant, Json, Namespace, point
from tessella.domain.typed import decode
from tessella.storage.disk.errors import KeptUnusable
from tessella.storage.key_ring import KeyRing

#: The first line of a file. Another form gets another number.
_FORM: Final = b"tessella snapshot 1\n"
_SEAL_LETTERS: Final = 64
#: What holds the same is written again after so long, so that its age tells how old it may be at most.
_CONFIRMED_US: Final = 30_000_000

Kept = TypeVar("Kept", bound="KeptHead")


class KeptObject(msgspec.Struct, frozen=True):
    """One definition."""

    kind: Kind
    identifier: str
    body: dict[str, Json]


class KeptHead(msgspec.Struct, frozen=True):
    """What is kept of a namespace besides its definitions: quick to read, however many there are."""

    namespace: Namespace
    #: Which database it is of, as its connection string says.
    database: str
    version: int
    ring: KeyRing
    #: When this was last known to be what the database holds.
    confirmed_at: Instant

    def is_of_server_of(self, other: KeptHead) -> bool:
        """Whether both were kept of one server: versions and moments of two cannot be compared."""
        return (self.database, self.ring.server) == (other.database, other.ring.server)

    def supersedes(self, other: KeptHead) -> bool:
        """Whether its definitions are newer."""
        return (self.version, self.confirmed_at) > (other.version, other.confirmed_at)

    def covers(self, other: KeptHead) -> bool:
        """Whether it holds the same, and tells of about the same moment or a later one."""
        holds_same = (self.database, self.version, self.ring) == (other.database, other.version, other.ring)
        return holds_same and other.confirmed_at - self.confirmed_at < _CONFIRMED_US


class KeptNamespace(KeptHead, frozen=True):
    """One namespace."""

    objects: list[KeptObject]

    def definitions(self) -> Definitions:
        """What was defined. Raises `TessellaError` for what this program cannot read."""
        objects: dict[Kind, dict[str, Definition]] = defaultdict(dict)
        for each in self.objects:
            at = point("", each.kind.plural, each.identifier)
            objects[each.kind][each.identifier] = read_definition(each.kind, each.body, at)
        return Definitions.of(objects)

    def with_newest_ring(self, *others: KeptHead) -> KeptNamespace:
        """The same, with the newest keys of all."""
        newest = max(self, *others, key=lambda each: each.ring.moment)
        return msgspec.structs.replace(self, ring=newest.ring)


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


def opened(content: bytes, namespace: Namespace, key: bytes, wanted: type[Kept]) -> Kept:
    """What a file holds, or its head.

    Raises `KeptUnusable` for one that is not whole, not ours, or not this namespace's.
    """
    if not content.startswith(_FORM):
        raise KeptUnusable(namespace, "it has another form")
    start = len(_FORM) + _SEAL_LETTERS + 1
    seal, body = content[len(_FORM) : start - 1], content[start:]
    if not hmac.compare_digest(seal, _seal(namespace, body, key)):
        raise KeptUnusable(namespace, "it was altered, cut short, or sealed for another namespace or with another key")
    try:
        return decode(body, wanted)
    except (msgspec.DecodeError, TessellaError) as error:
        raise KeptUnusable(namespace, f"{error}") from error


def _seal(namespace: Namespace, body: bytes, key: bytes) -> bytes:
    return hmac.new(key, _FORM + namespace.encode() + b"\n" + body, "sha256").hexdigest().encode()
