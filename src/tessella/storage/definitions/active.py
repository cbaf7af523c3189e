"""What is defined now."""

from __future__ import annotations

from typing import Final

from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuchNamespace
from tessella.domain.identifiers import Instant, Json, Namespace
from tessella.ports import StoredDefinition
from tessella.storage.connections.connecting import Connection
from tessella.storage.definitions.objects import Held, Name, Parsed, objects_after, objects_of, pointers_of
from tessella.storage.times import micros

_STORED: Final = f"""
SELECT stored.kind, stored.identifier, stored.version, stored.body, {micros("stored.changed_at")}
  FROM tessella.active_definitions AS active
  JOIN tessella.definition_versions AS stored USING (namespace, kind, identifier, version)
 WHERE active.namespace = %(namespace)s"""
_STORED_OF_KIND: Final = f"{_STORED} AND active.kind = %(kind)s ORDER BY active.identifier"
_STORED_ONE: Final = f"{_STORED} AND active.kind = %(kind)s AND active.identifier = %(identifier)s"
_POINTERS: Final = "SELECT kind, identifier, version FROM tessella.active_definitions WHERE namespace = %s"
#: One statement, so that both are of one moment.
_PRESENT: Final = """
SELECT present.version, active.kind, active.identifier, active.version
  FROM tessella.snapshot_versions AS present LEFT JOIN tessella.active_definitions AS active USING (namespace)
 WHERE present.namespace = %s
"""
#: What was published after a version, oldest first, and how many publishes that were: where versions were counted
#: without one, it is not told what changed.
_SINCE: Final = """
SELECT present.version,
       (SELECT count(*) FROM tessella.publishes WHERE namespace = %(namespace)s AND snapshot_version > %(known)s),
       changed.kind, changed.identifier, changed.version, stored.body
  FROM tessella.snapshot_versions AS present
  LEFT JOIN tessella.publish_changes AS changed
    ON changed.namespace = present.namespace AND changed.snapshot_version > %(known)s
  LEFT JOIN tessella.definition_versions AS stored
    ON (stored.namespace, stored.kind, stored.identifier, stored.version)
     = (changed.namespace, changed.kind, changed.identifier, changed.version)
 WHERE present.namespace = %(namespace)s
 ORDER BY changed.snapshot_version
"""


async def stored_of_kind(connection: Connection, namespace: Namespace, kind: Kind) -> list[StoredDefinition]:
    """All objects of a kind, by name."""
    found = await connection.execute(_STORED_OF_KIND, {"namespace": namespace, "kind": kind})
    return [record(row) for row in await found.fetchall()]


async def stored_one(
    connection: Connection, namespace: Namespace, kind: Kind, identifier: str
) -> StoredDefinition | None:
    """One object."""
    found = await connection.execute(_STORED_ONE, {"namespace": namespace, "kind": kind, "identifier": identifier})
    row = await found.fetchone()
    return None if row is None else record(row)


async def active_pointers(connection: Connection, namespace: Namespace) -> dict[Name, int]:
    """The active version of each object."""
    found = await connection.execute(_POINTERS, [namespace])
    return pointers_of(await found.fetchall())


async def active_objects(connection: Connection, namespace: Namespace, known: Parsed) -> Held:
    """Everything that is defined now."""
    return await objects_of(connection, namespace, await active_pointers(connection, namespace), known)


async def present_objects(connection: Connection, namespace: Namespace, known: Parsed) -> tuple[int, Held]:
    """The namespace's snapshot version and everything that is defined at it. Raises `NoSuchNamespace`."""
    rows = await (await connection.execute(_PRESENT, [namespace])).fetchall()
    if not rows:
        raise NoSuchNamespace(namespace)
    pointers = pointers_of(row[1:] for row in rows if row[1] is not None)
    return int(rows[0][0]), await objects_of(connection, namespace, pointers, known)


async def objects_since(
    connection: Connection, namespace: Namespace, version: int, known: Parsed
) -> tuple[int, Held] | None:
    """The same from all that was defined at an earlier version, reading what changed; None where that is not told."""
    rows = await (await connection.execute(_SINCE, {"namespace": namespace, "known": version})).fetchall()
    if not rows:
        raise NoSuchNamespace(namespace)
    present, publishes = rows[0][:2]
    if present - version != publishes:
        return None
    return int(present), await objects_after(known, (row[2:] for row in rows if row[2] is not None))


def record(row: tuple[str, str, int, dict[str, Json], int]) -> StoredDefinition:
    """An object from (kind, identifier, version, body, changed_at in microseconds)."""
    kind, identifier, version, body, changed_at = row
    return StoredDefinition(Kind(kind), identifier, version, body, Instant(changed_at))
