"""What a deleted row leaves on the disk: its page, the statistics of its columns, and the log of its life.

A deleted row stays in its page until the table is written anew. Its log stays until the segments are removed, and not
only used again under another name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import Connection, sql

from tessella.storage.connections.connecting import command_connection

_TABLES: Final = """
SELECT relnamespace::regnamespace::text, relname::text FROM pg_class
 WHERE relnamespace IN ('tessella'::regnamespace, 'jobs'::regnamespace) AND relkind = 'r' ORDER BY 1, 2
"""
_ANEW: Final = "VACUUM (FULL, ANALYZE) {}"
_STATISTICS: Final = "VACUUM FULL pg_catalog.pg_statistic"
#: Segments that are let go of are removed while these hold, in place of being kept to be used again.
_SMALL_LOG: Final = (("min_wal_size", "32MB"), ("wal_recycle", "off"))
#: So many are written through: those that wait under a later name hold what was in them before.
_SEGMENTS: Final = "SELECT count(*) + 3 FROM pg_ls_waldir()"


@dataclass(frozen=True, slots=True)
class Compacted:
    """What was written anew."""

    tables: int
    #: What the role may not do: for the administrator of the server.
    left: tuple[str, ...]


def compact(dsn: str, progress: Callable[[float], None]) -> Compacted:
    """Write every table anew and let go of the log before it. Raises `DatabaseAway`."""
    with command_connection(dsn) as connection:
        tables = connection.execute(_TABLES).fetchall()
        for at, (schema, table) in enumerate(tables):
            connection.execute(sql.SQL(_ANEW).format(sql.Identifier(schema, table)))
            progress(at / (len(tables) + 1))
        left = [told for told in (_tidy_statistics(connection), _let_go_of_log(connection)) if told]
        progress(1.0)
    return Compacted(len(tables), tuple(left))


def _tidy_statistics(connection: Connection[Any]) -> str:
    try:
        connection.execute(_STATISTICS)
    except psycopg.errors.InsufficientPrivilege:
        return f"Statistics may hold values of deleted rows: have an administrator run {_STATISTICS}."
    return ""


def _let_go_of_log(connection: Connection[Any]) -> str:
    try:
        for name, value in _SMALL_LOG:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        connection.execute("SELECT pg_reload_conf()")
        [(segments,)] = connection.execute(_SEGMENTS).fetchall()
        for _ in range(segments):
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
    except psycopg.errors.InsufficientPrivilege:
        return "The log before it is kept by the rules of your server: have an administrator run CHECKPOINT there."
    finally:
        _as_before(connection)
    return ""


def _as_before(connection: Connection[Any]) -> None:
    try:
        for name, _ in _SMALL_LOG:
            connection.execute(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")
    except psycopg.errors.InsufficientPrivilege:
        return
