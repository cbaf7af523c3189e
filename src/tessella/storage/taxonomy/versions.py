"""Versions of taxonomies: the newest of a game is the one in force, and none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
import psycopg

from tessella.domain.errors import NoSuch
from tessella.domain.errors.calibrations import AlreadyCalibrated, NotCalibrated
from tessella.domain.identifiers import GameId, Json, Namespace
from tessella.domain.taxonomy.declared import declared_digest
from tessella.domain.taxonomy.game import Game
from tessella.ports.taxonomy import StoredTaxonomy, TaxonomyVersion
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros, timestamptz

if TYPE_CHECKING:
    from tessella.domain.taxonomy.anomaly.norms import Norms
    from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy

#: SQL for the version in force of each game of a namespace.
ACTIVE: Final = """(
    SELECT coalesce(jsonb_object_agg(game_id, version), '{}')
      FROM (SELECT game_id, max(version) AS version FROM tessella.taxonomies
             WHERE namespace = %(namespace)s GROUP BY game_id) AS newest)"""
_ABOUT: Final = f"game_id, version, {micros('calibrated_at')}, declared, players, variance_explained"
_NEWEST: Final = f"""
SELECT DISTINCT ON (game_id) {_ABOUT} FROM tessella.taxonomies WHERE namespace = %s ORDER BY game_id, version DESC
"""
_ALL: Final = f"SELECT {_ABOUT} FROM tessella.taxonomies WHERE namespace = %s AND game_id = %s ORDER BY version DESC"
_ONE: Final = f"""
SELECT {_ABOUT}, document::text, norms::text FROM tessella.taxonomies
 WHERE namespace = %(namespace)s AND game_id = %(game_id)s
   AND (%(version)s::numeric IS NULL OR version = %(version)s::numeric) ORDER BY version DESC LIMIT 1
"""
_STORE: Final = f"""
INSERT INTO tessella.taxonomies
       (namespace, game_id, version, calibrated_at, declared, players, variance_explained, document, norms)
VALUES (%(namespace)s, %(game_id)s, %(version)s, {timestamptz("%(at)s::bigint")}, %(declared)s, %(players)s,
        %(variance_explained)s, %(document)s::json, %(norms)s::json)
"""
_LET_GO: Final = """
UPDATE tessella.taxonomies SET norms = NULL
 WHERE namespace = %(namespace)s AND game_id = %(game_id)s AND version < %(version)s AND norms IS NOT NULL
"""
_NAME_NAMESPACE: Final = "INSERT INTO jobs.taxonomy_namespaces (namespace) VALUES (%s) ON CONFLICT DO NOTHING"


async def newest(connection: Connection, namespace: Namespace) -> list[TaxonomyVersion]:
    """The version in force of each game, by id."""
    found = await connection.execute(_NEWEST, [namespace])
    return [TaxonomyVersion(*row) for row in await found.fetchall()]


async def all_of(connection: Connection, namespace: Namespace, game_id: GameId) -> list[TaxonomyVersion]:
    """Every version of a game, the newest first."""
    found = await connection.execute(_ALL, [namespace, game_id])
    return [TaxonomyVersion(*row) for row in await found.fetchall()]


async def active(connection: Connection, namespace: Namespace) -> Mapping[str, int]:
    """The version in force of each game."""
    found = await (await connection.execute(f"SELECT {ACTIVE}", {"namespace": namespace})).fetchone()
    assert found is not None, "a SELECT without FROM gives a row"
    versions: Mapping[str, int] = found[0]
    return versions


async def written(
    connection: Connection, namespace: Namespace, game_id: GameId, version: int | None
) -> Sequence[Any] | None:
    """A version, or the newest one, as it is written: about, document and norms, the latter as JSON text."""
    asked = {"namespace": namespace, "game_id": game_id, "version": version}
    return await (await connection.execute(_ONE, asked)).fetchone()


def read(row: Sequence[Any] | None, game_id: GameId, version: int | None) -> StoredTaxonomy:
    """The version of such a row. Raises `NotCalibrated`, and `NoSuch` for a version that is not there."""
    from tessella.domain.taxonomy.written import read_taxonomy  # loads numpy

    if row is None and version is None:
        raise NotCalibrated(game_id)
    if row is None:
        raise NoSuch("taxonomy", f"{game_id} {version}")
    *about, document, _ = row
    return StoredTaxonomy(TaxonomyVersion(*about), read_taxonomy(msgspec.json.decode(document)))


def documents(taxonomy: GameBehavioralTaxonomy, norms: Norms) -> tuple[str, str]:
    """A taxonomy and its norms as JSON text: some megabytes, so not for the event loop."""
    from tessella.domain.taxonomy.anomaly.norms import written_norms  # loads numpy
    from tessella.domain.taxonomy.written import written_taxonomy

    return _text(written_taxonomy(taxonomy)), _text(written_norms(norms))


async def store(
    connection: Connection,
    namespace: Namespace,
    game: Game,
    taxonomy: GameBehavioralTaxonomy,
    document: str,
    norms: str,
) -> None:
    """Store the next version in an open transaction. Raises `AlreadyCalibrated`."""
    told = {
        "namespace": namespace, "game_id": game.game_id, "version": taxonomy.version, "at": taxonomy.calibrated_at,
        "declared": declared_digest(game), "players": taxonomy.players,
        "variance_explained": taxonomy.variance_explained, "document": document, "norms": norms,
    }  # fmt: skip
    try:
        await (await connection.execute(f"{_STORE} RETURNING version", told)).fetchone()
    except psycopg.errors.UniqueViolation:
        raise AlreadyCalibrated(game.game_id, taxonomy.version) from None
    await connection.execute(_LET_GO, told)
    await connection.execute(_NAME_NAMESPACE, [namespace])


def _text(document: Json) -> str:
    return msgspec.json.encode(document).decode()
