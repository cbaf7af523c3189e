"""The calculations in the database: which goes on, which is in use, which failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tessella.domain.errors import NoSuch, TessellaError, storable
from tessella.domain.identifiers import Instant, Namespace
from tessella.ports.audiences import CalculationKind, CalculationState, StoredCalculation
from tessella.storage.audiences.errors import CalculationOvertaken
from tessella.storage.audiences.manifest import Manifest
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import read_id
from tessella.storage.times import micros, timestamptz

#: How long calculations are kept, with what they counted; their files go earlier.
RETENTION_DAYS: Final = 400
PROBLEM_MAX_LENGTH: Final = 2000
_ROW: Final = f"""version::text, state, {micros("as_of")}, {micros("begun_at")}, {micros("ended_at")}, kind,
       snapshot_version, subjects, bytes, problem"""
_BEGIN: Final = f"""
WITH dead AS (DELETE FROM tessella.audience_calculations
               WHERE namespace = %(namespace)s AND state = 'calculating')
INSERT INTO tessella.audience_calculations (namespace, version, as_of)
VALUES (%(namespace)s, %(version)s, {timestamptz("%(as_of)s::bigint")})
"""
_NAME: Final = "INSERT INTO jobs.audience_namespaces (namespace) VALUES (%s) ON CONFLICT DO NOTHING"
_GIVE_UP: Final = """
DELETE FROM tessella.audience_calculations WHERE namespace = %s AND version = %s AND state = 'calculating'
"""
_FAIL: Final = """
UPDATE tessella.audience_calculations SET state = 'failed', ended_at = clock_timestamp(), problem = %s
 WHERE namespace = %s AND version = %s AND state = 'calculating'
"""
_SUPERSEDE: Final = """
UPDATE tessella.audience_calculations SET state = 'superseded' WHERE namespace = %s AND state = 'active'
"""
_PUBLISH: Final = f"""
UPDATE tessella.audience_calculations
   SET state = 'active', ended_at = clock_timestamp(), kind = %(kind)s, snapshot_version = %(snapshot_version)s,
       subjects = %(subjects)s, manifest_sha256 = %(sha256)s, bytes = %(bytes)s
 WHERE namespace = %(namespace)s AND version = %(version)s AND state = 'calculating'
RETURNING {_ROW}
"""
_FORGET: Final = f"""
DELETE FROM tessella.audience_calculations
 WHERE namespace = %s AND state IN ('superseded', 'failed') AND ended_at < now() - interval '{RETENTION_DAYS} days'
"""
_LAST: Final = f"""
SELECT {_ROW} FROM tessella.audience_calculations WHERE namespace = %s ORDER BY version DESC LIMIT %s
"""
_ONE: Final = f"SELECT {_ROW} FROM tessella.audience_calculations WHERE namespace = %s AND version = %s"
#: The last to be superseded came before the one in use: somebody may be reading its files.
_WITH_FILES: Final = """
SELECT version::text FROM tessella.audience_calculations
 WHERE namespace = %s AND state IN ('active', 'superseded') ORDER BY ended_at DESC, version DESC LIMIT %s
"""
_ACTIVE: Final = """
SELECT version::text, manifest_sha256 FROM tessella.audience_calculations WHERE namespace = %s AND state = 'active'
"""


async def begin(connection: Connection, namespace: Namespace, version: str, as_of: Instant) -> None:
    """Begin a calculation, for who holds the lock: what else goes on is dead."""
    await connection.execute(_BEGIN, {"namespace": namespace, "version": version, "as_of": as_of})


async def give_up(connection: Connection, namespace: Namespace, version: str) -> None:
    """Take away one that goes on; nothing happens to one that has ended."""
    await connection.execute(_GIVE_UP, [namespace, version])


async def fail(connection: Connection, namespace: Namespace, version: str, error: TessellaError) -> None:
    """Keep why one that goes on has come to nothing."""
    await connection.execute(_FAIL, [storable(error.message, PROBLEM_MAX_LENGTH), namespace, version])


async def publish(connection: Connection, written: Manifest, sha256: str, kind: CalculationKind) -> StoredCalculation:
    """Put one to use, and forget what is too old. Raises `CalculationOvertaken`."""
    namespace, version, audience = written.namespace, written.version, written.audience
    told = {
        "namespace": namespace, "version": version, "kind": kind, "snapshot_version": audience.snapshot_version,
        "subjects": audience.rows, "sha256": sha256, "bytes": written.size(),
    }  # fmt: skip
    await connection.execute(_SUPERSEDE, [namespace])
    published = await (await connection.execute(_PUBLISH, told)).fetchone()
    if published is None:
        raise CalculationOvertaken(version)
    await connection.execute(_FORGET, [namespace])
    await connection.execute(_NAME, [namespace])
    return _stored(published)


async def last(connection: Connection, namespace: Namespace, limit: int) -> list[StoredCalculation]:
    """The last ones, the newest first."""
    return [_stored(row) for row in await (await connection.execute(_LAST, [namespace, limit])).fetchall()]


async def one(connection: Connection, namespace: Namespace, version: str) -> StoredCalculation:
    """One. Raises `NoSuch`."""
    found = await (await connection.execute(_ONE, [namespace, read_id(version, "calculation")])).fetchone()
    if found is None:
        raise NoSuch("calculation", version)
    return _stored(found)


async def with_files(connection: Connection, namespace: Namespace, keep: int) -> set[str]:
    """The versions whose files are kept."""
    return {version for (version,) in await (await connection.execute(_WITH_FILES, [namespace, keep])).fetchall()}


async def active(connection: Connection, namespace: Namespace) -> tuple[str, str] | None:
    """The version in use and the SHA-256 of its manifest; None where there is none."""
    found = await (await connection.execute(_ACTIVE, [namespace])).fetchone()
    return None if found is None else (found[0], found[1])


def _stored(row: Sequence[Any]) -> StoredCalculation:
    version, state, as_of, begun_at, ended_at, kind, *rest = row
    told = None if kind is None else CalculationKind(kind)
    return StoredCalculation(version, CalculationState(state), as_of, begun_at, ended_at, told, *rest)
