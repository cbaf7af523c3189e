"""Look for holes in row security in PostgreSQL's own catalogue: part of `tessella doctor` and of the tests."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from psycopg import Connection

from tessella.storage.connections.connecting import command_connection

_AUDIT: Final = (files("tessella.storage.installation") / "catalogue_audit.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that weakens row security, and what it was found in."""

    problem: str
    subject: str


def audit_catalogue(connection: Connection[Any]) -> list[Finding]:
    """The findings; none when all is well. Any role may ask."""
    return [Finding(*row) for row in connection.execute(_AUDIT).fetchall()]


def audit_database(dsn: str) -> list[Finding]:
    """The same for a connection string. Raises `DatabaseAway`."""
    with command_connection(dsn) as connection:
        return audit_catalogue(connection)
