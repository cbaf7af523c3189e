"""Reports of how good rankings are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import Json, Namespace
from tessella.ports.evaluations import EvaluationKind, StoredEvaluation
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import new_id, read_id
from tessella.storage.times import micros

#: How many reports of a namespace are kept.
KEPT: Final = 200
_HEAD: Final = f"evaluation_id::text, kind, {micros('made_at')}, inputs"
_ADD: Final = f"""
INSERT INTO tessella.ranking_evaluations (namespace, evaluation_id, kind, inputs, report)
VALUES (%(namespace)s, %(id)s, %(kind)s, %(inputs)s, %(report)s)
RETURNING {_HEAD}, report
"""
_FORGET: Final = """
DELETE FROM tessella.ranking_evaluations
 WHERE namespace = %(namespace)s
   AND evaluation_id NOT IN (SELECT evaluation_id FROM tessella.ranking_evaluations WHERE namespace = %(namespace)s
                              ORDER BY evaluation_id DESC LIMIT %(kept)s)
"""
_ALL: Final = f"""
SELECT {_HEAD}, NULL FROM tessella.ranking_evaluations WHERE namespace = %s ORDER BY evaluation_id DESC
"""
_ONE: Final = f"SELECT {_HEAD}, report FROM tessella.ranking_evaluations WHERE namespace = %s AND evaluation_id = %s"


async def add(
    connection: Connection, namespace: Namespace, kind: EvaluationKind, inputs: Mapping[str, Json], report: Json
) -> StoredEvaluation:
    """Keep a report, and forget all but the last 200."""
    written = Jsonb(msgspec.to_builtins(report))
    told = {"namespace": namespace, "id": new_id(), "kind": kind, "inputs": Jsonb(dict(inputs)), "report": written}
    [row] = await (await connection.execute(_ADD, told)).fetchall()
    await connection.execute(_FORGET, {"namespace": namespace, "kept": KEPT})
    return _stored(row)


async def everything(connection: Connection, namespace: Namespace) -> list[StoredEvaluation]:
    """What is kept, the newest first, without the reports themselves."""
    return [_stored(row) for row in await (await connection.execute(_ALL, [namespace])).fetchall()]


async def one(connection: Connection, namespace: Namespace, evaluation_id: str) -> StoredEvaluation:
    """One. Raises `NoSuch`."""
    found = await (await connection.execute(_ONE, [namespace, read_id(evaluation_id, "evaluation")])).fetchone()
    if found is None:
        raise NoSuch("evaluation", evaluation_id)
    return _stored(found)


def _stored(row: Sequence[Any]) -> StoredEvaluation:
    evaluation_id, kind, made_at, inputs, report = row
    return StoredEvaluation(evaluation_id, EvaluationKind(kind), made_at, inputs, report)
