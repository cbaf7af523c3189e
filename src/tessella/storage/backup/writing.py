"""Make a backup while everybody goes on working."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from psycopg import Connection

from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import Instant
from tessella.storage.backup.archive import DUMP, Writer, new_archive
from tessella.storage.backup.errors import CannotSeeEveryRow, DumpFailed, NothingToBackUp
from tessella.storage.backup.manifest import FORMAT, SECRETS, Manifest
from tessella.storage.backup.models import add_models
from tessella.storage.backup.programs import Program, connecting, environment, program
from tessella.storage.backup.running import running
from tessella.storage.backup.sums import SCHEMAS, sums_of
from tessella.storage.connections.connecting import command_connection
from tessella.storage.migrations import schema_state
from tessella.storage.models.files import ModelFolder
from tessella.storage.times import micros

_FREEZE: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_UNBOUNDED: Final = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET search_path = ''"
_WHO: Final = "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
_SNAPSHOT: Final = f"SELECT pg_export_snapshot(), {micros('now()')}"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A database at one moment, which other connections can be told to see."""

    dsn: str
    connection: Connection[Any]
    #: PostgreSQL's name of the moment.
    snapshot: str
    taken_at: Instant
    schema: str

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.connection.info.server_version // 10_000


def back_up(dsn: str, path: Path, secrets: Mapping[str, str], models: ModelFolder) -> Manifest:
    """Write the database of `dsn`, its models, and `secrets` by the name of their file, to the new file `path`.

    Says what is in it, and what is wrong with the models that are not. The role of `dsn` has to see every row. Raises
    `TessellaError` with one sentence; then there is no file.
    """
    with frozen(dsn) as database, new_archive(path) as archive:
        pg_dump = program("pg_dump", at_least=database.major)
        for name, text in secrets.items():
            archive.add(f"{SECRETS}{name}", io.BytesIO(text.encode()))
        _dump(pg_dump, database, archive)
        missing = list(add_models(archive, database.connection, models))
        manifest = _manifest(pg_dump, database, archive, missing)
        archive.finish(manifest)
        return manifest


@contextmanager
def frozen(dsn: str) -> Iterator[Frozen]:
    """One moment of a database. Raises `DatabaseAway`, `CannotSeeEveryRow` and `NothingToBackUp`."""
    with command_connection(dsn) as connection:
        connection.execute(_UNBOUNDED)
        _refuse_blind(connection)
        connection.execute(_FREEZE)
        schema = schema_state(connection).version
        if schema is None:
            raise NothingToBackUp
        found = connection.execute(_SNAPSHOT).fetchone()
        assert found is not None, "a SELECT without FROM gives a row"
        yield Frozen(dsn, connection, found[0], Instant(found[1]), schema)


def _refuse_blind(connection: Connection[Any]) -> None:
    found = connection.execute(_WHO).fetchone()
    assert found is not None, "a connection has a role"
    role, sees_every_row = found
    if not sees_every_row:
        raise CannotSeeEveryRow(role)


def _dump(pg_dump: Program, database: Frozen, archive: Writer) -> None:
    schemas = [f"--schema={name}" for name in SCHEMAS]
    what = ["--format=custom", "--compress=1", f"--snapshot={database.snapshot}", *schemas]
    with running([str(pg_dump.path), connecting(database.dsn), *what], environment(database.dsn)) as dump:
        archive.add(DUMP, dump.output)
        complaint = dump.complaint()
        if complaint is not None:
            raise DumpFailed(complaint)


def _manifest(pg_dump: Program, database: Frozen, archive: Writer, missing: Sequence[str]) -> Manifest:
    return Manifest(
        FORMAT,
        tessella=version("tessella"),
        schema=database.schema,
        postgresql=database.major,
        pg_dump=pg_dump.major,
        taken_at=str(write_instant(database.taken_at)),
        files=archive.digests,
        tables=list(sums_of(database.connection)),
        missing=missing,
    )
