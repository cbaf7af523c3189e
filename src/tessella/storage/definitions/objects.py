"""The objects behind pointers: each version is read from the database and parsed once, as it never changes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.definitions import Definition, Definitions, Kind, read_definition
from tessella.domain.errors import Faults, StoredUnreadable, TessellaError
from tessella.domain.identifiers import Json, Namespace, point
from tessella.storage.connections.connecting import Connection

_BODIES: Final = """
SELECT stored.kind, stored.identifier, stored.version, stored.body
  FROM unnest(%(kinds)s::text[], %(identifiers)s::text[], %(versions)s::integer[]) AS wanted (kind, identifier, version)
  JOIN tessella.definition_versions AS stored USING (kind, identifier, version)
 WHERE stored.namespace = %(namespace)s
"""

#: Kind and name of an object.
Name = tuple[Kind, str]
#: Which version of each object is meant.
Pointers = Mapping[Name, int]
#: Parsed versions of objects.
Parsed = Mapping[tuple[Name, int], Definition]


@dataclass(frozen=True, slots=True)
class Held:
    """What some pointers point at."""

    pointers: Pointers
    #: The objects that this program can read.
    parsed: Parsed
    #: What is wrong with the others.
    faults: Mapping[Name, Sequence[TessellaError]]

    def definitions(self) -> Definitions:
        """All of them. Raises `Faults` with each `StoredUnreadable`."""
        if self.faults:
            raise Faults([fault for each in self.faults.values() for fault in each])
        return self._readable()

    def mended_by(self, changed: Iterable[Name]) -> Definitions:
        """The same, without what cannot be read as soon as one of the changed objects mends some of it.

        So a namespace with several such objects can be mended one by one.
        """
        return self._readable() if any(name in self.faults for name in changed) else self.definitions()

    def _readable(self) -> Definitions:
        objects: dict[Kind, dict[str, Definition]] = defaultdict(dict)
        for ((kind, identifier), _), definition in self.parsed.items():
            objects[kind][identifier] = definition
        return Definitions.of(objects)


async def objects_of(connection: Connection, namespace: Namespace, pointers: Pointers, known: Parsed) -> Held:
    """What `pointers` point at; only what is not `known` is asked for."""
    parsed = {key: known[key] for key in pointers.items() if key in known}
    missing = [key for key in pointers.items() if key not in parsed]
    if not missing:
        return Held(pointers, parsed, {})
    rows = await _bodies(connection, namespace, missing)
    return await asyncio.to_thread(_held, pointers, parsed, rows)


async def objects_after(known: Parsed, changed: Iterable[tuple[str, str, int | None, Json]]) -> Held:
    """What is defined when these (kind, identifier, version, body) have taken the place of what was `known`.

    An object without a version is taken away; of several versions of one the last counts.
    """
    latest = {(Kind(kind), identifier): (version, body) for kind, identifier, version, body in changed}
    kept = {key: each for key, each in known.items() if key[0] not in latest}
    rows = [(*name, version, body) for name, (version, body) in latest.items() if version is not None]
    pointers: Pointers = dict(kept.keys()) | {(kind, identifier): version for kind, identifier, version, _ in rows}
    return await asyncio.to_thread(_held, pointers, kept, rows)


async def _bodies(
    connection: Connection, namespace: Namespace, wanted: Sequence[tuple[Name, int]]
) -> list[tuple[str, str, int, Json]]:
    found = await connection.execute(
        _BODIES,
        {
            "namespace": namespace,
            "kinds": [str(kind) for (kind, _), _ in wanted],
            "identifiers": [identifier for (_, identifier), _ in wanted],
            "versions": [version for _, version in wanted],
        },
    )
    return await found.fetchall()


def _held(pointers: Pointers, known: Parsed, rows: Iterable[tuple[str, str, int, Json]]) -> Held:
    parsed = dict(known)
    faults: dict[Name, Sequence[TessellaError]] = {}
    for written, identifier, version, body in rows:
        kind = Kind(written)
        try:
            parsed[(kind, identifier), version] = read_definition(kind, body, point("", kind.plural, identifier))
        except TessellaError as error:
            faults[kind, identifier] = [_unreadable(kind, identifier, each) for each in error.faults()]
    return Held(pointers, parsed, faults)


def _unreadable(kind: Kind, identifier: str, fault: TessellaError) -> StoredUnreadable:
    return StoredUnreadable(fault.pointer, kind, identifier, fault.message)


def pointers_of(rows: Iterable[tuple[str, str, int]]) -> dict[Name, int]:
    """Pointers from (kind, identifier, version)."""
    return {(Kind(kind), identifier): version for kind, identifier, version in rows}
