"""One installation's database, as its administrator and as its serving role see it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tessella.domain.errors import NoSuchNamespace, TessellaError
from tessella.domain.identifiers import Namespace
from tessella.settings import Settings
from tessella.storage.embedded import SUPERUSER, start
from tessella.storage.embedded.binaries import client
from tessella.storage.indexes.files import IndexFolder
from tessella.storage.installation.administration import (
    DatabaseStatus,
    administering_dsn,
    database_status,
    initialise,
    serving_dsn,
)
from tessella.storage.installation.catalogue import audit_database
from tessella.storage.installation.index_files import index_faults
from tessella.storage.installation.model_files import model_faults
from tessella.storage.installation.secret_files import open_to_others
from tessella.storage.migrations import upgrade
from tessella.storage.models.files import ModelFolder
from tessella.storage.scope import Scope

_NAMED: Final = "SELECT 1 FROM jobs.all_namespaces WHERE namespace = %s"
#: How psql is told where to connect, by the names that a connection string uses.
_VARIABLES: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
#: Characters that part options from one another, and what stands for one in a value.
_SPECIAL: Final = re.compile(r"[\\\s]")
_BACKSLASHED: Final = r"\\\g<0>"


def _variables(dsn: str) -> dict[str, str]:
    given = conninfo_to_dict(dsn)
    return {variable: str(given[name]) for name, variable in _VARIABLES.items() if given.get(name)}


def _options(scope: Scope | None) -> list[str]:
    """As PostgreSQL takes them: a space or backslash in a value has a backslash before it."""
    told = {"search_path": "tessella"}
    if scope is not None:
        names = ("tessella.namespace", "tessella.role", "tessella.subject")
        told |= dict(zip(names, scope.parameters(), strict=True))
    return [f"-c {name}={_SPECIAL.sub(_BACKSLASHED, value)}" for name, value in told.items()]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and whether it is well."""

    name: str
    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Installation:
    """A database that can be reached."""

    settings: Settings
    #: The connection string of the serving role.
    dsn: str
    #: The connection string of a role that may migrate.
    administering: str
    is_embedded: bool

    def initialise(self) -> None:
        """Make the database ready. Safe to repeat."""
        if not self.is_embedded:
            initialise(self.administering, self.settings.home, served=self.dsn)
        self.upgrade()

    def upgrade(self) -> None:
        """Bring the schema up to date."""
        upgrade(self.administering)

    def status(self) -> DatabaseStatus:
        """Which database it is, and how far its schema."""
        return database_status(serving_dsn(self.settings) or self.dsn)

    def shell(self, scope: Scope | None = None, statement: str | None = None) -> int:
        """Run psql as the serving role; its exit status. No password stands on its command line.

        `scope` is whose rows it sees and as what; None: those of nobody, until it is set by hand. `statement` is run
        alone, and the first error ends it. Raises `NoSuchNamespace`.
        """
        if scope is not None:
            self._require(scope.namespace)
        command = [str(client("psql"))]
        if statement is not None:
            command += ["-v", "ON_ERROR_STOP=1", "-P", "pager=off", "-c", statement]
        found = os.environ | _variables(self.dsn)
        found["PGOPTIONS"] = " ".join([found.get("PGOPTIONS", ""), *_options(scope)]).strip()
        return subprocess.run(command, check=False, env=found).returncode

    def _require(self, namespace: Namespace) -> None:
        """An older schema than ours may have no such list: it is looked at all the same."""
        with suppress(psycopg.errors.UndefinedTable), psycopg.connect(self.dsn, autocommit=True) as connection:
            if connection.execute(_NAMED, [namespace]).fetchone() is None:
                raise NoSuchNamespace(namespace)

    def checks(self) -> Iterator[Check]:
        """Everything that can be looked at, one by one."""
        status = self.status()
        yield Check(
            "database", holds=True, text=f"PostgreSQL {status.server_version} answers, serving as {status.role}."
        )
        yield Check("schema", status.schema.is_current, _schema_text(status))
        if not self.is_embedded:
            yield Check("encryption", status.is_private, _encryption_text(status))
        findings = audit_database(self.dsn) if status.schema.is_current else []
        for finding in findings:
            yield Check("row security", False, f"{finding.problem}: {finding.subject}.")
        if status.schema.is_current and not findings:
            yield Check(
                "row security",
                True,
                "Every table is under row security, and every commit reaches the disk.",
            )
        if status.schema.is_current:
            yield from self._index_checks()
            yield from self._model_checks()
        yield from _key_checks(open_to_others(self.settings.home))

    def _index_checks(self) -> Iterator[Check]:
        faults = index_faults(self.administering, IndexFolder(self.settings.indexes))
        well = "The active ranking index of each namespace is in the index folder, and whole."
        return _file_checks("ranking indexes", faults, well)

    def _model_checks(self) -> Iterator[Check]:
        faults = model_faults(self.administering, ModelFolder(self.settings.models))
        return _file_checks("models", faults, "Every active model is in the model folder, and whole.")


def _file_checks(name: str, faults: Iterator[tuple[Namespace, TessellaError]], well: str) -> Iterator[Check]:
    try:
        found = list(faults)
    except psycopg.errors.InsufficientPrivilege:
        may = "TESSELLA_DATABASE_ADMIN_URL names who may see all namespaces."
        yield Check(name, True, f"{name.capitalize()} were not looked at: {may}")
        return
    for namespace, fault in found:
        yield Check(name, False, f'Namespace "{namespace}": {fault.message} {fault.hint()}')
    if not found:
        yield Check(name, True, well)


@contextmanager
def installed(settings: Settings) -> Iterator[Installation]:
    """The installation that the settings name; the embedded server runs at least as long as this is open."""
    dsn, administering = serving_dsn(settings), administering_dsn(settings)
    if dsn is not None and administering is not None:
        yield Installation(settings, dsn, administering, is_embedded=False)
        return
    with start(settings.home) as server:
        yield Installation(settings, server.dsn(), server.dsn(SUPERUSER), is_embedded=True)


def checkup(settings: Settings) -> list[Check]:
    """All checks of an installation. What keeps it from being reached is a failed check, not an error."""
    try:
        with installed(settings) as installation:
            return list(installation.checks())
    except TessellaError as error:
        return [Check("database", False, f"{error.message} {error.hint()}".strip())]


def _key_checks(readable: Sequence[Path]) -> Iterator[Check]:
    for path in readable:
        yield Check("keys", False, f"Others may read or write {path}: run `chmod 600 {path}`.")
    if not readable:
        yield Check("keys", True, "The generated keys and credentials are private to their owner.")


def _encryption_text(status: DatabaseStatus) -> str:
    if status.is_private:
        return "The connection to the database is encrypted, or stays on this machine."
    return "The connection to the database is not encrypted: set TESSELLA_DATABASE_TLS=verify-full."


def _schema_text(status: DatabaseStatus) -> str:
    if status.schema.is_current:
        return f"The schema is current ({status.schema.version})."
    if status.schema.is_newer:
        return f"The schema is at {status.schema}, from a later Tessella than this: use that one."
    return f"The schema is at {status.schema}: run `tessella db upgrade`."
