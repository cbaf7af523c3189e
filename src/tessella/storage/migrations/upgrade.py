"""Bring a database's schema, views and policies up to date, or say how far it is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import Connection
from sqlalchemy import NullPool, create_engine

from tessella.access import MATRIX
from tessella.storage.document_views import VIEWS, apply_views, grant_views
from tessella.storage.policies import apply_policies, statements

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
_EXISTS: Final = "SELECT to_regclass('jobs.alembic_version') IS NOT NULL"
_STATE: Final = """
SELECT (SELECT version_num FROM jobs.alembic_version),
       coalesce(obj_description(to_regnamespace('tessella'), 'pg_namespace'), '')
"""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _generated() -> str:
    """A digest of all that is generated, kept as the schema's comment: a changed matrix is an upgrade too."""
    text = json.dumps([*statements(MATRIX), VIEWS])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


#: The newest migration.
HEAD: Final = str(ScriptDirectory.from_config(_config()).get_current_head())
_GENERATED: Final = _generated()


@dataclass(frozen=True, slots=True)
class Schema:
    """How far a database is."""

    #: The newest migration that was applied; None for none.
    version: str | None
    is_current: bool

    @property
    def is_newer(self) -> bool:
        """Whether a later Tessella has upgraded it: this one must leave it alone."""
        return self.version is not None and self.version > HEAD


def upgrade(dsn: str) -> None:
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
    connection.execute(f"COMMENT ON SCHEMA tessella IS '{_GENERATED}'")


def schema_state(connection: Connection[Any]) -> Schema:
    """How far the database behind `connection` is; any role may ask."""
    if connection.execute(_EXISTS).fetchone() != (True,):
        return Schema(None, is_current=False)
    found = connection.execute(_STATE).fetchone()
    assert found is not None, "a SELECT without FROM gives a row"
    return Schema(found[0], is_current=found == (HEAD, _GENERATED))
