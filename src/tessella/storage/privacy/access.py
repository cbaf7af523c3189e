"""Everything that tables hold of one subject, to be told to them: rows of their own, decisions by their pseudonym."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final

from psycopg import sql

from tessella.access import ERASER, MATRIX, Extent
from tessella.domain.identifiers import Namespace, Pseudonym, SubjectId
from tessella.storage.connections.connecting import Connection
from tessella.storage.privacy.rows import SUBJECT_TABLES
from tessella.storage.scope import Scope

#: Of a row, what says nothing of the subject, and the secrets of their keys.
_LEFT_OUT: Final = [
    "namespace", "changed", "body_hash", "secret_hash", "signing_secret", "seal", "hash", "writer", "sequence",
]  # fmt: skip
#: Tables that know subjects by their pseudonym, each with the column that holds it.
_BY_PSEUDONYM: Final = {"decision_audit": "user_hash", "taxonomy_differences": "player"}
_ROWS: Final = """
SELECT (to_jsonb(held) - %(left_out)s::text[])::text FROM tessella.{} AS held
 WHERE namespace = %(namespace)s AND {} = ANY(%(named)s) ORDER BY 1
"""
_AT_ONCE: Final = 500
_READ_ONLY: Final = "SET TRANSACTION READ ONLY"


def all_of(namespace: Namespace, subject_id: SubjectId) -> Scope:
    """The server while it looks at everything of one subject: it reaches what an erasure reaches, and only reads."""
    return Scope(namespace, ERASER, subject_id)


async def stream_rows(
    connection: Connection, scope: Scope, subject_id: SubjectId, hashes: Sequence[Pseudonym]
) -> AsyncIterator[tuple[str, str]]:
    """Each row's table and JSON, table after table, of those that the scope's role may read."""
    await connection.execute(_READ_ONLY)
    for table, column, named in _places(scope, subject_id, hashes):
        query = sql.SQL(_ROWS).format(sql.Identifier(table), sql.Identifier(column))
        async with connection.cursor(name="known") as cursor:
            await cursor.execute(query, {"left_out": _LEFT_OUT, "namespace": scope.namespace, "named": named})
            while some := await cursor.fetchmany(_AT_ONCE):
                for (row,) in some:
                    yield table, row


def _places(scope: Scope, subject_id: SubjectId, hashes: Sequence[Pseudonym]) -> Iterator[tuple[str, str, list[str]]]:
    named = {subject_id: SUBJECT_TABLES, None: _BY_PSEUDONYM}
    for of, tables in named.items():
        for table, column in tables.items():
            if MATRIX.tables[table].reach("select", scope.role) is not Extent.NONE:
                yield table, column, [*hashes] if of is None else [of]
