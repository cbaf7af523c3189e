"""Reports of checks that decide the same subjects online and set-wise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from tessella.domain.audiences.agreement import AgreementReport
from tessella.domain.identifiers import Namespace, SubjectId
from tessella.domain.typed import convert
from tessella.ports.consistency import StoredCheck
from tessella.storage.connections.connecting import Connection
from tessella.storage.horizons import written_after
from tessella.storage.ids import new_id
from tessella.storage.times import micros

#: How many reports of a namespace are kept.
KEPT: Final = 100
_ROW: Final = f"check_id::text, {micros('made_at')}, report"
_ADD: Final = f"""
INSERT INTO tessella.consistency_checks (namespace, check_id, compared, disagreed, report)
VALUES (%(namespace)s, %(id)s, %(compared)s, %(disagreed)s, %(report)s)
RETURNING {_ROW}
"""
_FORGET: Final = """
DELETE FROM tessella.consistency_checks
 WHERE namespace = %(namespace)s
   AND check_id NOT IN (SELECT check_id FROM tessella.consistency_checks WHERE namespace = %(namespace)s
                         ORDER BY check_id DESC LIMIT %(kept)s)
"""
_LAST: Final = f"SELECT {_ROW} FROM tessella.consistency_checks WHERE namespace = %s ORDER BY check_id DESC LIMIT %s"
#: When the last check of a namespace was made, how many it compared, and how many disagreed.
LAST_FIGURES: Final = f"""
SELECT {micros("made_at")}, compared, disagreed FROM tessella.consistency_checks
 WHERE namespace = %s ORDER BY check_id DESC LIMIT 1
"""
_CHANGED: Final = f"""
SELECT subject_id FROM tessella.subject_facts
 WHERE namespace = %(namespace)s AND subject_id = ANY(%(subjects)s) AND {written_after("%(since)s")}
 UNION
SELECT subject_id FROM tessella.personalization_settings
 WHERE namespace = %(namespace)s AND subject_id = ANY(%(subjects)s) AND {written_after("%(since)s")}
"""


async def add(connection: Connection, namespace: Namespace, report: AgreementReport) -> StoredCheck:
    """Keep a report, and forget all but the last 100."""
    told = {
        "namespace": namespace, "id": new_id(), "compared": report.counts.compared,
        "disagreed": report.counts.disagreed, "report": Jsonb(msgspec.to_builtins(report)),
    }  # fmt: skip
    [row] = await (await connection.execute(_ADD, told)).fetchall()
    await connection.execute(_FORGET, {"namespace": namespace, "kept": KEPT})
    return _stored(row)


async def last(connection: Connection, namespace: Namespace, limit: int) -> list[StoredCheck]:
    """The last ones, the newest first."""
    return [_stored(row) for row in await (await connection.execute(_LAST, [namespace, limit])).fetchall()]


async def changed_of(
    connection: Connection, namespace: Namespace, subject_ids: Sequence[SubjectId], since: str
) -> frozenset[SubjectId]:
    """Those of the subjects whose facts or settings have changed since a horizon."""
    asked = {"namespace": namespace, "subjects": list(subject_ids), "since": since}
    rows = await (await connection.execute(_CHANGED, asked)).fetchall()
    return frozenset(SubjectId(subject_id) for (subject_id,) in rows)


def _stored(row: Sequence[Any]) -> StoredCheck:
    check_id, made_at, report = row
    return StoredCheck(check_id, made_at, convert(report, AgreementReport))
