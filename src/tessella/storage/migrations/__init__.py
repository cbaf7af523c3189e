"""The hand-written SQL migrations, applied in order under an advisory lock."""

from __future__ import annotations

import psycopg

from tessella.storage.migrations.state import HEAD, Schema, refuse_newer, schema_seen, schema_state

__all__ = ["HEAD", "Schema", "refuse_newer", "schema_seen", "schema_state", "upgrade", "upgrade_outdated"]


def upgrade(dsn: str) -> None:
    """Apply what is missing, and put views, policies and grants right, all or nothing. Requests wait meanwhile.

    The role of `dsn` must be a member of `tessella_owner`, which must exist. Raises `SchemaNewer` for what a later
    Tessella has upgraded, and `psycopg.Error` with the reason when the database refuses.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        refuse_newer(schema_state(connection))
    from tessella.storage.migrations.applying import apply_migrations  # loads Alembic and SQLAlchemy, 0.2 s

    apply_migrations(dsn)


def upgrade_outdated(dsn: str) -> None:
    """The same where it is needed: a database that is up to date is left alone, and nobody waits."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        is_current = schema_state(connection).is_current
    if not is_current:
        upgrade(dsn)
