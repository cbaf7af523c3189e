"""Make an empty installation hold what a backup holds: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from psycopg import Connection, sql

from tessella.storage.backup.archive import Backup
from tessella.storage.backup.errors import BackupNewer, DatabaseInUse, NotEmpty, OlderPostgres
from tessella.storage.backup.keys import placed
from tessella.storage.backup.loading import load
from tessella.storage.backup.models import models_placed
from tessella.storage.backup.programs import program
from tessella.storage.backup.sums import tables_of
from tessella.storage.connections.connecting import command_connection
from tessella.storage.disk import forget_kept
from tessella.storage.installation.installation import Installation
from tessella.storage.installation.model_files import model_faults
from tessella.storage.migrations import HEAD, schema_state
from tessella.storage.models.errors import ModelUnusable
from tessella.storage.models.files import ModelFolder

#: Held for as long as a restore takes: two would each find the database empty.
_ALONE: Final = "SELECT pg_try_advisory_lock(hashtext('tessella restore'))"
_IN_USE: Final = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'tessella_app')
"""
#: Who is no superuser sees all rows as the owner only.
_SEE_ALL: Final = "SET ROLE tessella_owner"


def restore(backup: Backup, installation: Installation) -> Sequence[ModelUnusable]:
    """Load the backup, compare every table with its manifest, and bring the schema up to date.

    Gives the active models whose files were not in the backup, and are not in the model folder. Raises `TessellaError`
    with one sentence; then the installation is as empty as before.
    """
    refuse_newer_backup(backup)
    home, models = installation.settings.home, ModelFolder(installation.settings.models)
    with _empty(backup, installation):
        tools = [program(name, at_least=backup.manifest.pg_dump) for name in ("pg_restore", "psql")]
        with placed(home, backup.secrets()), models_placed(backup, models):
            load(backup, installation.administering, *tools)
    forget_kept(home)
    installation.upgrade()
    return [fault for _, fault in model_faults(installation.administering, models)]


def refuse_newer_backup(backup: Backup) -> None:
    """Raises `BackupNewer` for one with a schema that this Tessella does not know."""
    if backup.manifest.schema > HEAD:
        raise BackupNewer(backup.manifest.schema, HEAD)


@contextmanager
def _empty(backup: Backup, installation: Installation) -> Iterator[None]:
    """The database, empty, with its roles, and with nobody else in it."""
    with command_connection(installation.administering) as connection:
        _refuse_older_server(backup, connection)
        if connection.execute(_ALONE).fetchone() != (True,) or connection.execute(_IN_USE).fetchone() != (False,):
            raise DatabaseInUse
        _refuse_rows(connection)
        if not installation.is_embedded and schema_state(connection).version is None:
            installation.initialise()
        yield


def _refuse_older_server(backup: Backup, connection: Connection[Any]) -> None:
    server = connection.info.server_version // 10_000
    if server < backup.manifest.postgresql:
        raise OlderPostgres(backup.manifest.postgresql, server)


def _refuse_rows(connection: Connection[Any]) -> None:
    tables = [(schema, name) for schema, name in tables_of(connection) if schema == "tessella"]
    if tables:
        connection.execute(_SEE_ALL)
    for schema, name in tables:
        found = connection.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(schema, name)))
        if found.fetchone() != (False,):
            raise NotEmpty(f"{schema}.{name}")
    connection.execute("RESET ROLE")
