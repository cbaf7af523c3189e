"""The rows that a publish writes: as many statements for ten thousand objects as for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Namespace
from tessella.ports import Change, StoredDefinition
from tessella.storage.connections.connecting import Connection
from tessella.storage.definitions.active import record
from tessella.storage.definitions.objects import Name
from tessella.storage.times import micros

#: Versions go on counting after a deletion: an ETag from before it never fits what comes after.
_ADD_VERSIONS: Final = """
INSERT INTO tessella.definition_versions (namespace, kind, identifier, version, body, changed_by)
SELECT %(namespace)s, kind, identifier, 1 + coalesce((
           SELECT max(version) FROM tessella.definition_versions AS earlier
            WHERE earlier.namespace = %(namespace)s
              AND earlier.kind = written.kind AND earlier.identifier = written.identifier), 0), body::jsonb, %(by)s
  FROM unnest(%(kinds)s::text[], %(identifiers)s::text[], %(bodies)s::text[]) AS written (kind, identifier, body)
RETURNING kind, identifier, version
"""
_MOVED: Final = """
unnest(%(kinds)s::text[], %(identifiers)s::text[], %(versions)s::integer[]) AS moved (kind, identifier, version)
"""
_POINT: Final = f"""
INSERT INTO tessella.active_definitions (namespace, kind, identifier, version)
SELECT %(namespace)s, kind, identifier, version FROM {_MOVED} WHERE version IS NOT NULL
ON CONFLICT (namespace, kind, identifier) DO UPDATE SET version = excluded.version
"""
_UNPOINT: Final = f"""
DELETE FROM tessella.active_definitions AS active USING {_MOVED}
 WHERE active.namespace = %(namespace)s AND moved.version IS NULL
   AND active.kind = moved.kind AND active.identifier = moved.identifier
"""
_POINTED_AT: Final = f"""
SELECT stored.kind, stored.identifier, stored.version, stored.body, {micros("stored.changed_at")}
  FROM {_MOVED} JOIN tessella.definition_versions AS stored USING (kind, identifier, version)
 WHERE stored.namespace = %(namespace)s
"""
_NOTE_PUBLISH: Final = """
INSERT INTO tessella.publishes (namespace, snapshot_version, published_by, comment) VALUES (%s, %s, %s, %s)
"""
_NOTE_CHANGES: Final = f"""
INSERT INTO tessella.publish_changes (namespace, snapshot_version, kind, identifier, version)
SELECT %(namespace)s, %(snapshot)s, kind, identifier, version FROM {_MOVED}
"""

#: The version that each object is to have; None for one that is taken away.
Moved = Mapping[Name, int | None]


async def add_versions(
    connection: Connection, namespace: Namespace, changes: Sequence[Change], by: str
) -> dict[Name, int]:
    """Store the bodies, and a version without one for each deletion; returns the new versions."""
    written = {
        "namespace": namespace,
        "by": by,
        "kinds": [str(each.kind) for each in changes],
        "identifiers": [each.identifier for each in changes],
        "bodies": [None if each.body is None else msgspec.json.encode(each.body).decode() for each in changes],
    }
    found = await connection.execute(_ADD_VERSIONS, written)
    return {(Kind(kind), identifier): version for kind, identifier, version in await found.fetchall()}


async def move_pointers(connection: Connection, namespace: Namespace, moved: Moved) -> list[StoredDefinition]:
    """Make these versions the active ones; returns the objects that are defined, in the order given."""
    named = _named(namespace, moved)
    await connection.execute(_UNPOINT, named)
    await connection.execute(_POINT, named)
    found = await connection.execute(_POINTED_AT, named)
    stored = {(each.kind, each.identifier): each for each in map(record, await found.fetchall())}
    return [stored[name] for name in moved if name in stored]


async def note_publish(connection: Connection, namespace: Namespace, snapshot: int, by: str, comment: str) -> None:
    """Write down that there was a publish."""
    await connection.execute(_NOTE_PUBLISH, [namespace, snapshot, by, comment])


async def note_changes(connection: Connection, namespace: Namespace, snapshot: int, moved: Moved) -> None:
    """Write down what it changed."""
    await connection.execute(_NOTE_CHANGES, {**_named(namespace, moved), "snapshot": snapshot})


def _named(namespace: Namespace, moved: Moved) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "kinds": [str(kind) for kind, _ in moved],
        "identifiers": [identifier for _, identifier in moved],
        "versions": list(moved.values()),
    }
