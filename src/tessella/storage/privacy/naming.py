"""Who there is, by what they are named, and under which key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Final

from tessella.access import ERASER, MATRIX
from tessella.domain.identifiers import Namespace, Pseudonym, SubjectId
from tessella.domain.privacy.audit_check import Mac
from tessella.storage.connections.connecting import Connection
from tessella.storage.privacy.rows import SUBJECT_TABLES
from tessella.storage.privacy.sealing import change_rows, renamed
from tessella.storage.scope import Scope

#: Everybody of whom a table holds a row.
_SUBJECTS: Final = " UNION ".join(
    f'SELECT {column} COLLATE "C" AS subject_id FROM tessella.{table} '
    f"WHERE namespace = %(namespace)s AND {column} <> ''"
    for table, column in SUBJECT_TABLES.items()
    if "admin" in MATRIX.tables[table].verbs["select"].any
)
_AT_ONCE: Final = 1000
_DIFFERENCES: Final = """
UPDATE tessella.taxonomy_differences SET player = %s WHERE namespace = %s AND player = ANY(%s)
"""
_COLUMNS: Final = """
SELECT relname::text, attname::text
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
 WHERE relnamespace = 'tessella'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
 ORDER BY relname, attnum
"""


def renamer(namespace: Namespace) -> Scope:
    """The server while it gives subjects other pseudonyms: it changes what it changes in an erasure, of nobody."""
    return Scope(namespace, ERASER)


async def rename(connection: Connection, namespace: Namespace, hashes: Sequence[Pseudonym], mac: Mac) -> int:
    """Name somebody by the first of their pseudonyms where they are named by another; how many rows were changed."""
    new, *before = hashes
    changed = await change_rows(connection, namespace, before, renamed(new), mac)
    return changed + (await connection.execute(_DIFFERENCES, [new, namespace, before])).rowcount


async def stream_subjects(connection: Connection, namespace: Namespace) -> AsyncIterator[list[SubjectId]]:
    """Everybody of whom there is a row, once each, some at a time. The transaction must not be pipelined."""
    async with connection.cursor(name="subjects") as cursor:
        await cursor.execute(_SUBJECTS, {"namespace": namespace})
        while some := await cursor.fetchmany(_AT_ONCE):
            yield [SubjectId(each) for (each,) in some]


async def stored_columns(connection: Connection) -> dict[str, list[str]]:
    """The columns of every table."""
    found = defaultdict[str, list[str]](list)
    for table, column in await (await connection.execute(_COLUMNS)).fetchall():
        found[table].append(column)
    return dict(found)
