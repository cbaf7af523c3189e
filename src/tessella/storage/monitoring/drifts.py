"""How far subjects were from those that models had learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from tessella.domain.identifiers import Namespace
from tessella.domain.predictions.monitoring.records import Drift
from tessella.domain.typed import convert
from tessella.ports.monitoring import StoredDrift
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros, timestamptz

#: How long what was found is kept.
RETENTION_DAYS: Final = 400
_ADD: Final = f"""
INSERT INTO tessella.model_drifts (namespace, model_id, version, as_of, made_at, psi, report)
VALUES (%(namespace)s, %(model_id)s, %(version)s, {timestamptz("%(as_of)s::bigint")},
        {timestamptz("%(made_at)s::bigint")}, %(psi)s, %(report)s)
ON CONFLICT (namespace, model_id, version, as_of) DO UPDATE
   SET made_at = excluded.made_at, psi = excluded.psi, report = excluded.report
"""
_FORGET: Final = f"""
DELETE FROM tessella.model_drifts WHERE namespace = %s AND made_at < now() - interval '{RETENTION_DAYS} days'
"""
_LAST: Final = f"""
SELECT model_id, version, {micros("as_of")}, {micros("made_at")}, report FROM tessella.model_drifts
 WHERE namespace = %s AND model_id = %s AND version = %s ORDER BY as_of DESC LIMIT %s
"""


async def add(connection: Connection, namespace: Namespace, found: StoredDrift) -> None:
    """Keep it, and forget what is older than `RETENTION_DAYS`."""
    told = {
        "namespace": namespace, "model_id": found.model_id, "version": found.version, "as_of": found.as_of,
        "made_at": found.made_at, "psi": found.drift.worst, "report": Jsonb(msgspec.to_builtins(found.drift)),
    }  # fmt: skip
    await connection.execute(_ADD, told)
    await connection.execute(_FORGET, [namespace])


async def last(
    connection: Connection, namespace: Namespace, model_id: str, version: int, limit: int
) -> list[StoredDrift]:
    """The last ones of a version, the newest first."""
    rows = await connection.execute(_LAST, [namespace, model_id, version, limit])
    return [_stored(row) for row in await rows.fetchall()]


def _stored(row: Sequence[Any]) -> StoredDrift:
    model_id, version, as_of, made_at, report = row
    return StoredDrift(model_id, version, as_of, made_at, convert(report, Drift))
