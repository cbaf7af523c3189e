"""What was defined at each snapshot version, and the publishes between them."""

from __future__ import annotations

from typing import Final

from tessella.domain.definitions import Kind
from tessella.domain.errors import HistoryGone, NoSuchNamespace, NoSuchVersion
from tessella.domain.identifiers import Instant, Namespace
from tessella.ports import Differing, Publish, PublishedChange, StoredVersion
from tessella.storage.connections.connecting import Connection
from tessella.storage.definitions.objects import Held, Name, Parsed, objects_of, pointers_of
from tessella.storage.times import micros

#: The latest change up to a version. An object that it took away points at nothing.
_STATE: Final = """
SELECT DISTINCT ON (kind, identifier) kind, identifier, version FROM tessella.publish_changes
 WHERE namespace = %(namespace)s AND snapshot_version <= {version} ORDER BY kind, identifier, snapshot_version DESC
"""
_POINTERS_AT: Final = f"SELECT * FROM ({_STATE.format(version='%(version)s')}) AS at WHERE version IS NOT NULL"
_DIFFERING: Final = f"""
SELECT changed.kind, changed.identifier, earlier.body, later.body
  FROM (SELECT kind, identifier, before.version AS before, after.version AS after
          FROM ({_STATE.format(version="%(before)s")}) AS before
          FULL JOIN ({_STATE.format(version="%(after)s")}) AS after USING (kind, identifier)
         WHERE before.version IS DISTINCT FROM after.version) AS changed
  LEFT JOIN tessella.definition_versions AS earlier
    ON (earlier.namespace, earlier.kind, earlier.identifier, earlier.version)
     = (%(namespace)s, changed.kind, changed.identifier, changed.before)
  LEFT JOIN tessella.definition_versions AS later
    ON (later.namespace, later.kind, later.identifier, later.version)
     = (%(namespace)s, changed.kind, changed.identifier, changed.after)
 ORDER BY changed.kind, changed.identifier
"""
_KNOWN: Final = """
SELECT present.version, (SELECT min(snapshot_version) FROM tessella.publishes WHERE namespace = %(namespace)s)
  FROM tessella.snapshot_versions AS present WHERE namespace = %(namespace)s
"""
_PUBLISH: Final = f"""
SELECT snapshot_version, {micros("published_at")}, published_by, comment,
       (SELECT count(*) FROM tessella.publish_changes AS changes
         WHERE changes.namespace = %(namespace)s AND changes.snapshot_version = publishes.snapshot_version)
  FROM tessella.publishes WHERE namespace = %(namespace)s"""
_PUBLISHES: Final = f"""{_PUBLISH} AND (%(below)s::bigint IS NULL OR snapshot_version < %(below)s)
 ORDER BY snapshot_version DESC LIMIT %(limit)s"""
_PUBLISH_AT: Final = f"{_PUBLISH} AND snapshot_version = %(version)s"
_CHANGES: Final = """
SELECT kind, identifier, version FROM tessella.publish_changes
 WHERE namespace = %(namespace)s AND snapshot_version = %(version)s ORDER BY kind, identifier
"""
_VERSION: Final = f"""
SELECT kind, identifier, version, body, {micros("changed_at")}, changed_by FROM tessella.definition_versions
 WHERE namespace = %(namespace)s AND kind = %(kind)s AND identifier = %(identifier)s"""
_VERSIONS: Final = f"""{_VERSION} AND (%(below)s::bigint IS NULL OR version < %(below)s)
 ORDER BY version DESC LIMIT %(limit)s"""
_ONE_VERSION: Final = f"{_VERSION} AND version = %(version)s"


async def pointers_at(connection: Connection, namespace: Namespace, version: int) -> dict[Name, int]:
    """The version of each object at a snapshot version. Raises `NoSuchVersion` and `HistoryGone`."""
    await _refuse_unknown(connection, namespace, version)
    found = await connection.execute(_POINTERS_AT, {"namespace": namespace, "version": version})
    return pointers_of(await found.fetchall())


async def objects_at(connection: Connection, namespace: Namespace, version: int, known: Parsed) -> Held:
    """Everything that was defined at a snapshot version. Raises `NoSuchVersion` and `HistoryGone`."""
    return await objects_of(connection, namespace, await pointers_at(connection, namespace, version), known)


async def _refuse_unknown(connection: Connection, namespace: Namespace, *versions: int) -> None:
    """At version 0 nothing was defined, which is always known."""
    row = await (await connection.execute(_KNOWN, {"namespace": namespace})).fetchone()
    if row is None:
        raise NoSuchNamespace(namespace)
    newest, first = row
    for version in versions:
        if not 0 <= version <= newest:
            raise NoSuchVersion(f'namespace "{namespace}"', version)
        if 0 < version < (first or 1):
            raise HistoryGone(version, first)


async def differing(connection: Connection, namespace: Namespace, before: int, after: int) -> list[Differing]:
    """The objects that two snapshot versions have differently. Raises `NoSuchVersion` and `HistoryGone`."""
    await _refuse_unknown(connection, namespace, before, after)
    found = await connection.execute(_DIFFERING, {"namespace": namespace, "before": before, "after": after})
    return [Differing(Kind(kind), *rest) for kind, *rest in await found.fetchall()]


async def publishes(connection: Connection, namespace: Namespace, limit: int, below: int | None) -> list[Publish]:
    """Publishes, newest first."""
    found = await connection.execute(_PUBLISHES, {"namespace": namespace, "limit": limit, "below": below})
    return [_publish(row) for row in await found.fetchall()]


async def publish_at(
    connection: Connection, namespace: Namespace, version: int
) -> tuple[Publish, list[PublishedChange]] | None:
    """One publish and its changes."""
    named = {"namespace": namespace, "version": version}
    row = await (await connection.execute(_PUBLISH_AT, named)).fetchone()
    if row is None:
        return None
    changes = await (await connection.execute(_CHANGES, named)).fetchall()
    return _publish(row), [PublishedChange(Kind(kind), *rest) for kind, *rest in changes]


def _publish(row: tuple[int, int, str, str, int]) -> Publish:
    version, published_at, by, comment, changes = row
    return Publish(version, Instant(published_at), by, comment, changes)


async def versions(
    connection: Connection, namespace: Namespace, name: Name, limit: int, below: int | None
) -> list[StoredVersion]:
    """Versions of one object, newest first."""
    named = {"namespace": namespace, "kind": name[0], "identifier": name[1], "limit": limit, "below": below}
    found = await connection.execute(_VERSIONS, named)
    return [_version(row) for row in await found.fetchall()]


async def version(connection: Connection, namespace: Namespace, name: Name, number: int) -> StoredVersion | None:
    """One version of one object."""
    named = {"namespace": namespace, "kind": name[0], "identifier": name[1], "version": number}
    row = await (await connection.execute(_ONE_VERSION, named)).fetchone()
    return None if row is None else _version(row)


def _version(row: tuple[str, str, int, dict[str, object] | None, int, str]) -> StoredVersion:
    kind, identifier, number, body, changed_at, by = row
    return StoredVersion(Kind(kind), identifier, number, body, Instant(changed_at), by)
