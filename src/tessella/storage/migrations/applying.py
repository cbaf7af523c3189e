"""Bring a database's schema, views and policies up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import Connection
from sqlalchemy import NullPool, create_engine

from tessella.storage.migrations.document_views import apply_views, grant_views
from tessella.storage.migrations.policies import apply_policies
from tessella.storage.migrations.state import GENERATED

#: Whoever upgrades at the same time waits here and then finds the work done.
_TAKE_TURNS: Final = "SELECT pg_advisory_xact_lock(hashtext('tessella migrations'))"
_ACT_AS_OWNER: Final = "SET LOCAL ROLE tessella_owner"
_OPEN_DATABASE: Final = """
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO tessella_owner', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO tessella_app', current_database());
END
$$
"""
_JOBS: Final = "CREATE SCHEMA IF NOT EXISTS jobs"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def apply_migrations(dsn: str) -> None:
    """Apply what is missing, all or nothing, as `tessella_owner`. The role of `dsn` must be a member of that.

    The roles must exist. Raises `psycopg.Error` with the reason when the database refuses.
    """
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=NullPool)
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, Connection), "psycopg is the driver"
        for statement in (_TAKE_TURNS, _OPEN_DATABASE, _ACT_AS_OWNER, _JOBS):
            driver.execute(statement)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _regenerate(driver)


def _regenerate(connection: Connection[Any]) -> None:
    apply_views(connection)
    apply_policies(connection)
    grant_views(connection)
    connection.execute(f"COMMENT ON SCHEMA tessella IS '{GENERATED}'")
