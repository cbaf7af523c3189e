"""A subject's rows, removed in one transaction that row security binds to that subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

import msgspec
from psycopg import sql

from tessella.access import ERASER, MATRIX
from tessella.domain.identifiers import Json, Namespace, Pseudonym, SubjectId
from tessella.storage.connections.connecting import Connection
from tessella.storage.scope import Scope

#: Tables that hold rows of subjects, each with the column that names them.
SUBJECT_TABLES: Final = {table.name: table.subject for table in MATRIX.tables.values() if table.subject is not None}
_OWN: Final = "DELETE FROM tessella.{} WHERE namespace = %s AND {} = %s"
#: The id as JSON text, within which it may be quoted once more: messages name subjects in quotes.
_NAMED: Final = """(position(%(named)s IN {0}) > 0 OR position(%(quoted)s IN {0}) > 0)"""
_SCRUBBED: Final = "replace(replace({0}, %(named)s, %(tombstone)s), %(quoted)s, %(quoted_tombstone)s)"
#: The same, but names of fields stay: whoever is called "subject_id" is not what others call theirs. No text of JSON
#: holds the character 1.
_SCRUBBED_VALUES: Final = (
    "replace(" + _SCRUBBED.format("replace({0}, %(named)s || ':', chr(1))") + ", chr(1), %(named)s || ':')"
)
#: What was asked of a job, what came of it and what was said meanwhile: the id gives way to the pseudonym. No job but
#: an erasure is asked about a subject: what one that is to be done was asked is something else of the same name.
_ALL_RUNS: Final = f"""
UPDATE tessella.job_runs
   SET inputs = CASE WHEN job = 'erase_subject' OR state NOT IN ('queued', 'running')
                     THEN {_SCRUBBED_VALUES.format("inputs::text")}::jsonb ELSE inputs END,
       result = {_SCRUBBED.format("result::text")}::jsonb,
       error = {_SCRUBBED_VALUES.format("error::text")}::jsonb,
       log = {_SCRUBBED_VALUES.format("log::text")}::jsonb
 WHERE namespace = %(namespace)s
   AND {_NAMED.format("concat_ws(' ', inputs, result, error, log)")}
"""
#: An erasure that is not over has to know whom it is about.
_RUNS: Final = f"{_ALL_RUNS} AND (job <> 'erase_subject' OR state IN ('succeeded', 'cancelled'))"
#: Those of the subject's own go with the other tables; these were kept for who acts for many.
_ANSWERS: Final = f"""
DELETE FROM tessella.idempotency_keys
 WHERE namespace = %(namespace)s
   AND {_NAMED.format("concat(to_json(key)::text, ' ', replace(answer::text, %(named)s || ':', ''))")}
"""
_REPORTS: Final = """
DELETE FROM tessella.consistency_checks
 WHERE namespace = %(namespace)s AND EXISTS (SELECT FROM unnest(%(hashes)s::text[]) AS hash
                                              WHERE position(hash IN report::text) > 0)
"""
_DIFFERENCES: Final = """
DELETE FROM tessella.taxonomy_differences WHERE namespace = %(namespace)s AND player = ANY(%(hashes)s)
"""
_WAITING: Final = f"""
SELECT delivery_id::text, body FROM tessella.deliveries
 WHERE namespace = %(namespace)s AND state = 'waiting' AND {_NAMED.format("body")} FOR UPDATE
"""
_TELL_OTHERS: Final = "UPDATE tessella.deliveries SET body = %s WHERE namespace = %s AND delivery_id = %s"
_TELL_NOBODY: Final = "DELETE FROM tessella.deliveries WHERE namespace = %s AND delivery_id = %s"
_TOMBSTONE: Final = """
INSERT INTO tessella.erasures (namespace, user_hash, sealed) VALUES (%s, %s, %s)
ON CONFLICT (namespace, user_hash)
   DO UPDATE SET erased_at = now(), sealed = excluded.sealed, changed = pg_current_xact_id()
"""
_SETTLED: Final = "UPDATE tessella.erasures SET sealed = NULL WHERE namespace = %s AND user_hash = %s"
_LISTS_SUBJECTS: Final = "subject_ids"


def eraser(namespace: Namespace, subject_id: SubjectId) -> Scope:
    """The server while it erases a subject."""
    return Scope(namespace, ERASER, subject_id)


def tombstone_of(user_hash: Pseudonym) -> str:
    """What stands where the id has stood."""
    return f"erased:{user_hash}"


async def delete_own(connection: Connection, namespace: Namespace, subject_id: SubjectId) -> dict[str, int]:
    """Delete the subject's rows of every table that has any; how many by table."""
    gone = {}
    for table, column in SUBJECT_TABLES.items():
        statement = sql.SQL(_OWN).format(sql.Identifier(table), sql.Identifier(column))
        gone[table] = (await connection.execute(statement, [namespace, subject_id])).rowcount
    return gone


async def remove_mentions(
    connection: Connection, namespace: Namespace, subject_id: SubjectId, hashes: Sequence[Pseudonym]
) -> dict[str, int]:
    """Take the subject out of rows that are not theirs alone; how many were changed or deleted, by table."""
    asked = {"hashes": list(hashes), **_naming(namespace, subject_id, hashes[0])}
    statements: dict[str, LiteralString] = {
        "job_runs": _RUNS, "idempotency_keys": _ANSWERS, "consistency_checks": _REPORTS,
        "taxonomy_differences": _DIFFERENCES,
    }  # fmt: skip
    gone = {table: (await connection.execute(each, asked)).rowcount for table, each in statements.items()}
    waiting = await (await connection.execute(_WAITING, asked)).fetchall()
    told = [(delivery_id, body, _without(body, subject_id, asked)) for delivery_id, body in waiting]
    changed = [(delivery_id, left) for delivery_id, body, left in told if left != body]
    for delivery_id, left in changed:
        if left is None:
            await connection.execute(_TELL_NOBODY, [namespace, delivery_id])
        else:
            await connection.execute(_TELL_OTHERS, [left, namespace, delivery_id])
    return {**gone, "deliveries": len(changed)}


async def keep_tombstone(connection: Connection, namespace: Namespace, user_hash: Pseudonym, sealed: bytes) -> None:
    """Remember that the subject was erased; `sealed` tells the other processes who it is, until `settle`."""
    await connection.execute(_TOMBSTONE, [namespace, user_hash, sealed])


async def settle(connection: Connection, namespace: Namespace, subject_id: SubjectId, user_hash: Pseudonym) -> None:
    """Every process has forgotten the subject: leave nothing but the pseudonym."""
    await connection.execute(_ALL_RUNS, _naming(namespace, subject_id, user_hash))
    await connection.execute(_SETTLED, [namespace, user_hash])


def _naming(namespace: Namespace, subject_id: SubjectId, user_hash: Pseudonym) -> dict[str, str]:
    named = msgspec.json.encode(subject_id).decode()
    tombstone = msgspec.json.encode(tombstone_of(user_hash)).decode()
    return {
        "namespace": namespace, "named": named, "tombstone": tombstone,
        "quoted": _quoted(named), "quoted_tombstone": _quoted(tombstone),
    }  # fmt: skip


def _quoted(named: str) -> str:
    r"""JSON text as it stands within JSON text.

    >>> _quoted('"ann"')
    '\\"ann\\"'
    """
    return msgspec.json.encode(named).decode()[1:-1]


def _without(body: str, subject_id: SubjectId, naming: Mapping[str, Any]) -> str | None:
    """A message without the subject; None where it listed nobody else. What is called the same by chance stays."""
    body = body.replace(naming["quoted"], naming["quoted_tombstone"])
    told: dict[str, Json] = msgspec.json.decode(body)
    listed = told.get(_LISTS_SUBJECTS, [])
    if subject_id not in listed:
        return body
    others = [each for each in listed if each != subject_id]
    return msgspec.json.encode({**told, _LISTS_SUBJECTS: others}).decode() if others else None
