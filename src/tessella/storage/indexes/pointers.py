"""The versions in the database: which are being built, which is active, which are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.typed import convert
from tessella.ports.indexes import IndexCounts, IndexState, StoredIndex
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import read_id
from tessella.storage.indexes.errors import IndexBuildOvertaken
from tessella.storage.indexes.manifest import Manifest
from tessella.storage.times import micros, timestamptz
from tessella.storage.versions.locks import is_held

#: SQL for the active version of a namespace and the SHA-256 of its manifest; NULL where there is none.
ACTIVE: Final = """(
    SELECT ARRAY[version::text, manifest_sha256] FROM tessella.ranking_indexes
     WHERE namespace = %(namespace)s AND state = 'active')"""
#: SQL for how much of a build that was asked for is done; NULL where there is none.
PROGRESS: Final = """(
    SELECT progress FROM tessella.job_runs
     WHERE namespace = %(namespace)s AND job = 'build_index' AND state IN ('queued', 'running')
     ORDER BY run_id LIMIT 1)"""
_ROW: Final = f"""version::text, state, {micros("as_of")}, {micros("begun_at")}, {micros("published_at")},
       counts, bytes, settings"""
#: Who builds holds a lock of this name.
KIND: Final = "index"
_LIVES: Final = f"(state <> 'building' OR {is_held(KIND)})"
_BEGIN: Final = f"""
WITH dead AS (DELETE FROM tessella.ranking_indexes WHERE namespace = %(namespace)s AND state = 'building')
INSERT INTO tessella.ranking_indexes (namespace, version, as_of)
VALUES (%(namespace)s, %(version)s, {timestamptz("%(as_of)s::bigint")})
"""
_GIVE_UP: Final = """
DELETE FROM tessella.ranking_indexes WHERE namespace = %s AND version = %s AND state = 'building'
"""
_SUPERSEDE: Final = "UPDATE tessella.ranking_indexes SET state = 'superseded' WHERE namespace = %s AND state = 'active'"
_PUBLISH: Final = f"""
UPDATE tessella.ranking_indexes
   SET state = 'active', published_at = now(), manifest_sha256 = %(sha256)s, bytes = %(bytes)s, counts = %(counts)s,
       settings = %(settings)s
 WHERE namespace = %(namespace)s AND version = %(version)s AND state = 'building'
RETURNING {_ROW}
"""
_FORGET: Final = """
DELETE FROM tessella.ranking_indexes
 WHERE namespace = %(namespace)s AND state = 'superseded'
   AND version NOT IN (SELECT version FROM tessella.ranking_indexes
                        WHERE namespace = %(namespace)s AND state <> 'building'
                        ORDER BY published_at DESC, version DESC LIMIT %(keep)s)
"""
_KEPT: Final = f"SELECT {_ROW} FROM tessella.ranking_indexes WHERE namespace = %(namespace)s AND {_LIVES}"
_ALL: Final = f"{_KEPT} ORDER BY version DESC"
_ONE: Final = f"{_KEPT} AND version = %(version)s"
_PUBLISHED: Final = "SELECT manifest_sha256 FROM tessella.ranking_indexes WHERE namespace = %s AND version = %s"


async def begin(connection: Connection, namespace: Namespace, version: str, as_of: Instant) -> None:
    """Begin a version, for who holds the lock: what else is being built is dead."""
    await connection.execute(_BEGIN, {"namespace": namespace, "version": version, "as_of": as_of})


async def give_up(connection: Connection, namespace: Namespace, version: str) -> None:
    """Take a version away that is being built."""
    await connection.execute(_GIVE_UP, [namespace, version])


async def publish(
    connection: Connection, written: Manifest, sha256: str, counts: IndexCounts, *, keep: int
) -> StoredIndex:
    """Make a version the active one, and forget all but the last `keep`. Raises `IndexBuildOvertaken`."""
    namespace, version = written.namespace, written.version
    told = {
        "namespace": namespace, "version": version, "sha256": sha256, "bytes": written.size(),
        "counts": Jsonb(msgspec.to_builtins(counts)), "settings": Jsonb(dict(written.settings)),
    }  # fmt: skip
    await connection.execute(_SUPERSEDE, [namespace])
    published = await (await connection.execute(_PUBLISH, told)).fetchone()
    if published is None:
        raise IndexBuildOvertaken(version)
    await connection.execute(_FORGET, {"namespace": namespace, "keep": keep})
    return _stored(published)


async def all_indexes(connection: Connection, namespace: Namespace) -> list[StoredIndex]:
    """Every version that is kept or being built, the newest first."""
    found = await connection.execute(_ALL, {"namespace": namespace})
    return [_stored(row) for row in await found.fetchall()]


async def one_index(connection: Connection, namespace: Namespace, version: str) -> StoredIndex:
    """One version. Raises `NoSuch`."""
    asked = {"namespace": namespace, "version": read_id(version, "ranking index")}
    found = await (await connection.execute(_ONE, asked)).fetchone()
    if found is None:
        raise NoSuch("ranking index", version)
    return _stored(found)


async def manifest_of(connection: Connection, namespace: Namespace, version: str) -> str:
    """The SHA-256 of the manifest of a version that was published. Raises `NoSuch`."""
    found = await (await connection.execute(_PUBLISHED, [namespace, read_id(version, "ranking index")])).fetchone()
    if found is None or found[0] is None:
        raise NoSuch("ranking index", version)
    return str(found[0])


async def active(connection: Connection, namespace: Namespace) -> tuple[Sequence[str] | None, float | None]:
    """The active version and the SHA-256 of its manifest, and how much is done of a build that was asked for."""
    found = await (await connection.execute(f"SELECT {ACTIVE}, {PROGRESS}", {"namespace": namespace})).fetchone()
    assert found is not None, "a SELECT without FROM gives a row"
    return found[0], found[1]


def _stored(row: Sequence[Any]) -> StoredIndex:
    version, state, as_of, begun_at, published_at, counts, size, settings = row
    read = None if counts is None else convert(counts, IndexCounts)
    return StoredIndex(version, IndexState(state), as_of, begun_at, published_at, read, size, settings)
