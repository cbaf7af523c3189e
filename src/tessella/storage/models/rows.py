"""Versions of models in the database: which are kept, which is active, and which was so before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from tessella.domain.errors import NoModelBefore, NoSuch
from tessella.domain.identifiers import Namespace
from tessella.domain.predictions.manifest import Manifest
from tessella.domain.typed import convert
from tessella.ports.models import ModelState, StoredModel
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros

#: SQL for the active version of each model of a namespace, and the SHA-256 of its manifest.
ACTIVE: Final = """(
    SELECT coalesce(jsonb_object_agg(model_id, jsonb_build_array(version, manifest_sha256)), '{}') FROM tessella.models
     WHERE namespace = %(namespace)s AND state = 'active')"""
_ROW: Final = f"""manifest, state, (
    SELECT {micros("max(activated_at)")} FROM tessella.model_activations AS a
     WHERE (a.namespace, a.model_id, a.version) = (m.namespace, m.model_id, m.version))"""
_ALL: Final = f"""
SELECT {_ROW} FROM tessella.models AS m WHERE namespace = %(namespace)s ORDER BY model_id, version DESC
"""
_IN_USE: Final = f"""
SELECT {_ROW} FROM tessella.models AS m WHERE namespace = %(namespace)s AND state = 'active' ORDER BY model_id
"""
_ONE: Final = f"""
SELECT {_ROW} FROM tessella.models AS m
 WHERE namespace = %(namespace)s AND model_id = %(model_id)s
   AND CASE WHEN %(version)s::bigint IS NULL THEN state = 'active' ELSE version = %(version)s END
"""
_VERSIONS: Final = "SELECT version FROM tessella.models WHERE namespace = %s AND model_id = %s"
_SHA256: Final = "SELECT manifest_sha256 FROM tessella.models WHERE (namespace, model_id, version) = (%s, %s, %s)"
_ADD: Final = """
INSERT INTO tessella.models (namespace, model_id, version, manifest_sha256, manifest)
VALUES (%(namespace)s, %(model_id)s, %(version)s, %(sha256)s, %(manifest)s)
"""
_KEEP: Final = """
UPDATE tessella.models SET state = 'kept'
 WHERE namespace = %(namespace)s AND model_id = %(model_id)s AND state = 'active'
"""
_POINT: Final = """
UPDATE tessella.models SET state = 'active'
 WHERE namespace = %(namespace)s AND model_id = %(model_id)s AND version = %(version)s
"""
_LOCK: Final = """
SELECT 1 FROM tessella.models WHERE namespace = %(namespace)s AND model_id = %(model_id)s ORDER BY version FOR UPDATE
"""
#: A version follows the one that is active. After going back, what came before that one comes before it again. Whoever
#: records holds the lock, so the next number is free.
_RECORD: Final = """
INSERT INTO tessella.model_activations (namespace, model_id, number, version, follows)
SELECT %(namespace)s, %(model_id)s, coalesce(max(number), 0) + 1, %(version)s, %(follows)s
  FROM tessella.model_activations WHERE namespace = %(namespace)s AND model_id = %(model_id)s
"""
_LATEST: Final = """
SELECT number, follows FROM tessella.model_activations
 WHERE namespace = %(namespace)s AND model_id = %(model_id)s ORDER BY number DESC LIMIT 1
"""
_ACTIVATION: Final = """
SELECT version, follows FROM tessella.model_activations
 WHERE namespace = %(namespace)s AND model_id = %(model_id)s AND number = %(number)s
"""


async def all_models(connection: Connection, namespace: Namespace) -> list[StoredModel]:
    """Every version, by model, the newest first."""
    found = await connection.execute(_ALL, {"namespace": namespace})
    return [_stored(row) for row in await found.fetchall()]


async def models_in_use(connection: Connection, namespace: Namespace) -> list[StoredModel]:
    """The active version of each model, by model."""
    found = await connection.execute(_IN_USE, {"namespace": namespace})
    return [_stored(row) for row in await found.fetchall()]


async def one_model(connection: Connection, namespace: Namespace, model_id: str, version: int | None) -> StoredModel:
    """A version, or the active one. Raises `NoSuch`."""
    asked = {"namespace": namespace, "model_id": model_id, "version": version}
    found = await (await connection.execute(_ONE, asked)).fetchone()
    if found is None:
        raise _none_of(model_id, version)
    return _stored(found)


async def versions_of(connection: Connection, namespace: Namespace, model_id: str) -> list[int]:
    """The versions that are kept."""
    found = await connection.execute(_VERSIONS, [namespace, model_id])
    return [version for (version,) in await found.fetchall()]


async def sha256_of(connection: Connection, namespace: Namespace, model_id: str, version: int) -> str:
    """The SHA-256 of the manifest of a version. Raises `NoSuch`."""
    found = await (await connection.execute(_SHA256, [namespace, model_id, version])).fetchone()
    if found is None:
        raise _none_of(model_id, version)
    return str(found[0])


async def active_models(connection: Connection, namespace: Namespace) -> Mapping[str, Sequence[Any]]:
    """The active version of each model, with the SHA-256 of its manifest."""
    found = await (await connection.execute(f"SELECT {ACTIVE}", {"namespace": namespace})).fetchone()
    assert found is not None, "a SELECT without FROM gives a row"
    models: Mapping[str, Sequence[Any]] = found[0]
    return models


async def add(connection: Connection, namespace: Namespace, manifest: Manifest, sha256: str) -> None:
    """Keep a version."""
    told = {"namespace": namespace, "model_id": manifest.model_id, "version": manifest.version, "sha256": sha256}
    await connection.execute(_ADD, {**told, "manifest": Jsonb(msgspec.to_builtins(manifest))})


async def activate(connection: Connection, namespace: Namespace, model_id: str, version: int) -> StoredModel:
    """Make a version the active one; nothing changes when it is. Raises `NoSuch`."""
    latest = await _latest(connection, namespace, model_id)
    if (await one_model(connection, namespace, model_id, version)).state is not ModelState.ACTIVE:
        await _point(connection, namespace, model_id, version, None if latest is None else latest[0])
    return await one_model(connection, namespace, model_id, version)


async def before_active(connection: Connection, namespace: Namespace, model_id: str) -> int:
    """The version that was active before the one that is. Raises `NoSuch` and `NoModelBefore`."""
    return (await _before(connection, namespace, model_id))[0]


async def roll_back(connection: Connection, namespace: Namespace, model_id: str) -> StoredModel:
    """Make the version active again that was so before. Raises `NoSuch` and `NoModelBefore`."""
    version, follows = await _before(connection, namespace, model_id)
    await _point(connection, namespace, model_id, version, follows)
    return await one_model(connection, namespace, model_id, version)


async def _before(connection: Connection, namespace: Namespace, model_id: str) -> tuple[int, int | None]:
    """The version before the active one, and the activation before that version's."""
    latest = await _latest(connection, namespace, model_id)
    if latest is None:
        raise NoSuch("active model", model_id)
    if latest[1] is None:
        raise NoModelBefore(model_id)
    asked = {"namespace": namespace, "model_id": model_id, "number": latest[1]}
    found = await (await connection.execute(_ACTIVATION, asked)).fetchone()
    assert found is not None, "a foreign key holds it"
    return found[0], found[1]


async def _latest(connection: Connection, namespace: Namespace, model_id: str) -> tuple[int, int | None] | None:
    """The number of the activation that holds, and the one before it. Whoever else activates waits from here on."""
    asked = {"namespace": namespace, "model_id": model_id}
    await connection.execute(_LOCK, asked)
    found = await (await connection.execute(_LATEST, asked)).fetchone()
    return None if found is None else (found[0], found[1])


async def _point(
    connection: Connection, namespace: Namespace, model_id: str, version: int, follows: int | None
) -> None:
    told = {"namespace": namespace, "model_id": model_id, "version": version, "follows": follows}
    for statement in (_KEEP, _POINT, _RECORD):
        await connection.execute(statement, told)


def _none_of(model_id: str, version: int | None) -> NoSuch:
    return NoSuch("active model", model_id) if version is None else NoSuch("model", f"{model_id} {version}")


def _stored(row: Sequence[Any]) -> StoredModel:
    manifest, state, activated_at = row
    return StoredModel(convert(manifest, Manifest), ModelState(state), activated_at)
