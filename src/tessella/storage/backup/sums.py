"""Count and sum the rows of every table, the same on every server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, LiteralString

from psycopg import Connection, sql

from tessella.storage.backup.manifest import TableSum

#: What a backup holds: schemas, whole.
SCHEMAS: Final = ("tessella", "jobs")

_TABLES: Final = """
SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
 WHERE nspname IN ('tessella', 'jobs') AND relkind IN ('r', 'p') AND NOT relispartition
 ORDER BY 1, 2
"""
#: How values are written as text, which is what is hashed.
FIXED_TEXT: Final[LiteralString] = """
SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';
SET bytea_output = 'hex'; SET extra_float_digits = 1
"""
_SUM: Final[LiteralString] = (
    "SELECT count(*), coalesce(sum(hashtextextended(CAST(of_table AS text), 0)), 0)::text FROM {} AS of_table"
)
#: DO takes no parameters: the numbers stand in it as literals.
_COMPARE: Final[LiteralString] = """
DO $compare$ BEGIN
    IF (SELECT ROW(counted.*)::text FROM ({sum}) AS counted) <> {expected} THEN
        RAISE EXCEPTION {problem};
    END IF;
END $compare$;
"""


def tables_of(connection: Connection[Any]) -> list[tuple[str, str]]:
    """Schema and name of every table that a backup holds, by name."""
    return connection.execute(_TABLES).fetchall()


def sums_of(connection: Connection[Any]) -> Iterator[TableSum]:
    """The sums of every table that the connection's role sees all rows of."""
    connection.execute(FIXED_TEXT)
    for schema, table in tables_of(connection):
        found = connection.execute(sql.SQL(_SUM).format(sql.Identifier(schema, table))).fetchone()
        assert found is not None, "an aggregate gives a row"
        yield TableSum(f"{schema}.{table}", *found)


def comparison(expected: TableSum) -> str:
    """A statement that fails unless a table has these sums."""
    counted = sql.SQL(_SUM).format(sql.Identifier(*expected.table.split(".")))
    problem = f"the rows of {expected.table} are not those of the backup"
    values = {
        "expected": sql.Literal(f"({expected.rows},{expected.checksum})"),
        "problem": sql.Literal(problem),
    }
    return sql.SQL(_COMPARE).format(sum=counted, **values).as_string(None)
