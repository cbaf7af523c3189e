"""Predictions that wait for what happens, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from tessella.domain.identifiers import Namespace, SubjectId
from tessella.domain.predictions.monitoring.records import Outcomes
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.typed import convert
from tessella.ports.monitoring import Batch, JudgedBatch
from tessella.storage.connections.connecting import Connection
from tessella.storage.sharing import is_personalized
from tessella.storage.times import micros, timestamptz

#: How long batches are kept, judged or not.
RETENTION_DAYS: Final = 400
_AS_OF: Final = timestamptz("%(as_of)s::bigint")
_THIS: Final = f"""
namespace = %(namespace)s AND model_id = %(model_id)s AND version = %(version)s AND as_of = {_AS_OF}"""
_BATCH: Final = f"model_id, version, {micros('as_of')}, {micros('due_at')}, subjects, setup"
_KEEP: Final = f"""
WITH batch AS (
INSERT INTO tessella.model_batches (namespace, model_id, version, as_of, due_at, subjects, setup)
VALUES (%(namespace)s, %(model_id)s, %(version)s, {_AS_OF}, {timestamptz("%(due_at)s::bigint")}, %(subjects)s,
        %(setup)s)
ON CONFLICT DO NOTHING RETURNING namespace, model_id, version, as_of
)
INSERT INTO tessella.kept_predictions (namespace, model_id, version, as_of, subject_id, probability)
SELECT batch.*, told.* FROM batch, unnest(%(told)s::text[], %(probabilities)s::float8[]) AS told
"""
_OPEN: Final = f"""
SELECT {_BATCH} FROM tessella.model_batches
 WHERE namespace = %s AND model_id = %s AND judged_at IS NULL ORDER BY as_of
"""
_KEPT: Final = f"""
SELECT subject_id, probability FROM tessella.kept_predictions AS kept
 WHERE {_THIS}
   AND {is_personalized("kept.namespace", "kept.subject_id")}
"""
_JUDGE: Final = f"""
UPDATE tessella.model_batches
   SET judged_at = now(), calibration_error = %(error)s, report = %(report)s
 WHERE {_THIS} AND judged_at IS NULL
"""
_FORGET_SUBJECTS: Final = f"DELETE FROM tessella.kept_predictions WHERE {_THIS}"
_JUDGED: Final = f"""
SELECT {_BATCH}, {micros("judged_at")}, report FROM tessella.model_batches
 WHERE namespace = %s AND model_id = %s AND version = %s AND judged_at IS NOT NULL ORDER BY as_of DESC LIMIT %s
"""
#: The predictions go with it.
_FORGET_OLD: Final = f"""
DELETE FROM tessella.model_batches WHERE namespace = %s AND kept_at < now() - interval '{RETENTION_DAYS} days'
"""


async def keep(connection: Connection, namespace: Namespace, batch: Batch, told: Mapping[SubjectId, float]) -> None:
    """Keep predictions, and forget what is older than `RETENTION_DAYS`."""
    await connection.execute(
        _KEEP,
        _named(namespace, batch)
        | {"due_at": batch.due_at, "subjects": batch.subjects, "setup": Jsonb(msgspec.to_builtins(batch.setup))}
        | {"told": list(told), "probabilities": list(told.values())},
    )
    await connection.execute(_FORGET_OLD, [namespace])


async def not_judged(connection: Connection, namespace: Namespace, model_id: str) -> list[Batch]:
    """Those of all versions, the oldest first."""
    rows = await connection.execute(_OPEN, [namespace, model_id])
    return [_batch(row) for row in await rows.fetchall()]


async def kept(connection: Connection, namespace: Namespace, batch: Batch) -> dict[SubjectId, float]:
    """The predictions of those who have not opted out."""
    rows = await connection.execute(_KEPT, _named(namespace, batch))
    return {SubjectId(subject_id): probability for subject_id, probability in await rows.fetchall()}


async def judge(connection: Connection, namespace: Namespace, batch: Batch, outcomes: Outcomes) -> None:
    """Keep what has happened, and forget the subjects."""
    report = {"error": outcomes.calibration_error, "report": Jsonb(msgspec.to_builtins(outcomes))}
    await connection.execute(_JUDGE, _named(namespace, batch) | report)
    await connection.execute(_FORGET_SUBJECTS, _named(namespace, batch))


async def judged(
    connection: Connection, namespace: Namespace, model_id: str, version: int, limit: int
) -> list[JudgedBatch]:
    """The last ones of a version, the newest first."""
    rows = await connection.execute(_JUDGED, [namespace, model_id, version, limit])
    return [_judged(row) for row in await rows.fetchall()]


def _named(namespace: Namespace, batch: Batch) -> dict[str, Any]:
    named = {"model_id": batch.model_id, "version": batch.version, "as_of": batch.as_of}
    return {"namespace": namespace, **named}


def _batch(row: Sequence[Any]) -> Batch:
    model_id, version, as_of, due_at, subjects, setup = row
    return Batch(model_id, version, as_of, due_at, subjects, convert(setup, PredictionSetup))


def _judged(row: Sequence[Any]) -> JudgedBatch:
    *batch, judged_at, report = row
    return JudgedBatch(_batch(batch), judged_at, convert(report, Outcomes))
