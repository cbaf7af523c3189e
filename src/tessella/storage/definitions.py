"""Definitions: immutable versions, and a pointer to the one that holds."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from psycopg.types.json import Jsonb

from tessella.domain.definitions import Definition, Definitions, Kind, read_definition
from tessella.domain.errors import Faults, NoSuch, NoSuchNamespace, StaleVersion, StoredUnreadable, TessellaError
from tessella.domain.identifiers import Instant, Json, Namespace, point
from tessella.ports import Change, StoredDefinition
from tessella.storage.database import Connection
from tessella.storage.times import micros

#: The channel of publishes; the payload is `namespace:version` and only a hint.
CHANNEL: Final = "tessella_versions"

_STORED: Final = f"""
SELECT stored.kind, stored.identifier, stored.version, stored.body, {micros("stored.changed_at")}
  FROM tessella.active_definitions AS active
  JOIN tessella.definition_versions AS stored USING (namespace, kind, identifier, version)
 WHERE active.namespace = %(namespace)s"""
_STORED_OF_KIND: Final = f"{_STORED} AND active.kind = %(kind)s ORDER BY active.identifier"
_STORED_ONE: Final = f"{_STORED} AND active.kind = %(kind)s AND active.identifier = %(identifier)s"

#: Also the lock: publishes of a namespace wait here for one another.
_NEXT_SNAPSHOT: Final = """
UPDATE tessella.snapshot_versions SET version = version + 1, changed_at = now()
 WHERE namespace = %s RETURNING version
"""
#: Versions go on counting after a deletion: an ETag from before it never fits what comes after.
_ADD_VERSION: Final = f"""
INSERT INTO tessella.definition_versions (namespace, kind, identifier, version, body, changed_by)
SELECT %(namespace)s, %(kind)s, %(identifier)s, coalesce(max(version), 0) + 1, %(body)s, %(by)s
  FROM tessella.definition_versions
 WHERE namespace = %(namespace)s AND kind = %(kind)s AND identifier = %(identifier)s
RETURNING version, {micros("changed_at")}
"""
_POINT: Final = """
INSERT INTO tessella.active_definitions (namespace, kind, identifier, version)
SELECT namespace, kind, identifier, max(version) FROM tessella.definition_versions
 WHERE namespace = %(namespace)s AND kind = %(kind)s AND identifier = %(identifier)s
 GROUP BY namespace, kind, identifier
ON CONFLICT (namespace, kind, identifier) DO UPDATE SET version = excluded.version
"""
_UNPOINT: Final = """
DELETE FROM tessella.active_definitions
 WHERE namespace = %(namespace)s AND kind = %(kind)s AND identifier = %(identifier)s
"""
_NOTIFY: Final = "SELECT pg_notify(%s, %s)"

Stored = tuple[str, str, int, dict[str, Json], int]


async def stored_of_kind(connection: Connection, namespace: Namespace, kind: Kind) -> list[StoredDefinition]:
    """All objects of a kind, by name."""
    found = await connection.execute(_STORED_OF_KIND, {"namespace": namespace, "kind": kind})
    return [_record(row) for row in await found.fetchall()]


async def stored_one(
    connection: Connection, namespace: Namespace, kind: Kind, identifier: str
) -> StoredDefinition | None:
    """One object."""
    found = await connection.execute(_STORED_ONE, {"namespace": namespace, "kind": kind, "identifier": identifier})
    row = await found.fetchone()
    return None if row is None else _record(row)


async def stored_definitions(connection: Connection, namespace: Namespace) -> Definitions:
    """Everything that is defined now."""
    found = await connection.execute(_STORED, {"namespace": namespace})
    return await asyncio.to_thread(_definitions_of, await found.fetchall())


async def publish(
    connection: Connection,
    namespace: Namespace,
    changes: Sequence[Change],
    check: Callable[[Definitions], None],
    *,
    by: str,
) -> list[StoredDefinition]:
    """Store the changes as the namespace's next snapshot, all or none. Deleted objects are not in the result.

    The row of the namespace's version is locked first, so `check` sees what is defined at that moment and nobody
    changes it before the commit. Of what cannot be read, it sees nothing while the changes mend some of it.
    Raises `StaleVersion`, `NoSuch`, `NoSuchNamespace`, `Faults` with each `StoredUnreadable`, and what `check` raises.
    """
    version = await _next_snapshot(connection, namespace)
    found = await connection.execute(_STORED, {"namespace": namespace})
    rows: list[Stored] = await found.fetchall()
    current = {(kind, identifier): version for kind, identifier, version, *_ in rows}
    for change in changes:
        _refuse_stale(change, current.get((change.kind, change.identifier), 0))
    await asyncio.to_thread(lambda: check(_before(rows, changes)))
    stored = [await _store(connection, namespace, change, by) for change in changes]
    await connection.execute(_NOTIFY, [CHANNEL, f"{namespace}:{version}"])
    return [each for each in stored if each is not None]


async def _next_snapshot(connection: Connection, namespace: Namespace) -> int:
    row = await (await connection.execute(_NEXT_SNAPSHOT, [namespace])).fetchone()
    if row is None:
        raise NoSuchNamespace(namespace)
    return int(row[0])


def _refuse_stale(change: Change, stored: int) -> None:
    if change.expected_version is not None and change.expected_version != stored:
        raise StaleVersion(change.kind, change.identifier, stored, change.expected_version)
    if change.body is None and not stored:
        raise NoSuch(change.kind, change.identifier)


async def _store(connection: Connection, namespace: Namespace, change: Change, by: str) -> StoredDefinition | None:
    named = {"namespace": namespace, "kind": change.kind, "identifier": change.identifier}
    body = None if change.body is None else Jsonb(change.body)
    added = await connection.execute(_ADD_VERSION, {**named, "body": body, "by": by})
    await connection.execute(_UNPOINT if change.body is None else _POINT, named)
    row = await added.fetchone()
    assert row is not None, "an aggregate gives a row"
    if change.body is None:
        return None
    return StoredDefinition(change.kind, change.identifier, row[0], change.body, Instant(row[1]))


def read_definitions(rows: Iterable[tuple[str, str, Json]]) -> Definitions:
    """Definitions from (kind, identifier, body). Raises `Faults` with each `StoredUnreadable`."""
    definitions, faults = _readable(rows)
    if faults:
        raise Faults([fault for each in faults.values() for fault in each])
    return definitions


def _before(rows: Iterable[Stored], changes: Iterable[Change]) -> Definitions:
    """What is defined before the changes: without what cannot be read, as soon as one of the changes mends some of it.

    So a namespace with several such objects can be mended one by one.
    """
    definitions, faults = _readable(_written(rows))
    mended = any((change.kind, change.identifier) in faults for change in changes)
    if faults and not mended:
        raise Faults([fault for each in faults.values() for fault in each])
    return definitions


def _readable(
    rows: Iterable[tuple[str, str, Json]],
) -> tuple[Definitions, Mapping[tuple[Kind, str], Sequence[TessellaError]]]:
    """The definitions that this version can read, and the faults of the others."""
    objects: dict[Kind, dict[str, Definition]] = defaultdict(dict)
    faults: dict[tuple[Kind, str], Sequence[TessellaError]] = {}
    for name, identifier, body in rows:
        kind = Kind(name)
        try:
            objects[kind][identifier] = read_definition(kind, body, point("", kind.plural, identifier))
        except TessellaError as error:
            faults[kind, identifier] = [_unreadable(kind, identifier, each) for each in error.faults()]
    return Definitions.of(objects), faults


def _unreadable(kind: Kind, identifier: str, fault: TessellaError) -> StoredUnreadable:
    return StoredUnreadable(fault.pointer, kind, identifier, fault.message)


def _written(rows: Iterable[Stored]) -> Iterable[tuple[str, str, Json]]:
    return ((kind, identifier, body) for kind, identifier, _, body, _ in rows)


def _definitions_of(rows: Iterable[Stored]) -> Definitions:
    return read_definitions(_written(rows))


def _record(row: Stored) -> StoredDefinition:
    kind, identifier, version, body, changed_at = row
    return StoredDefinition(Kind(kind), identifier, version, body, Instant(changed_at))
