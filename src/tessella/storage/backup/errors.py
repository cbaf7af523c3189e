"""Why there is no backup, or no restored installation: one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tessella.domain.errors import Conflict, Invalid, TessellaError


@dataclass(eq=False)
class BackupExists(Conflict):
    """{path} is there already."""

    path: Path

    def hint(self) -> str:
        """How to go on."""
        return "Name a new file: a backup never replaces another one."


@dataclass(eq=False)
class BackupNotWritten(TessellaError):
    """The backup {path} could not be written: {reason}."""

    path: Path
    reason: str


class NothingToBackUp(Invalid):
    """This database has no Tessella in it yet."""


@dataclass(eq=False)
class CannotSeeEveryRow(TessellaError):
    """The role "{role}" does not see every row, because row security holds for it: its backup would lose rows."""

    role: str

    def hint(self) -> str:
        """Who can."""
        return "Set TESSELLA_DATABASE_ADMIN_URL to a superuser, or to a role with BYPASSRLS that may read all tables."


@dataclass(eq=False)
class ProgramTooOld(TessellaError):
    """{program} is of PostgreSQL {found}, and this needs the one of {needed} or newer."""

    program: str
    found: int
    needed: int

    def hint(self) -> str:
        """Where it is looked for."""
        return f"Install the client programs of PostgreSQL {self.needed} where PATH finds them."


@dataclass(eq=False)
class DumpFailed(TessellaError):
    """pg_dump could not read the database: {reason}."""

    reason: str


@dataclass(eq=False)
class NoWholeBackup(Invalid):
    """{path} is no whole backup of Tessella: {reason}."""

    path: Path
    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Nothing was restored. Take another copy of the file, or another backup."


@dataclass(eq=False)
class BackupNewer(Invalid):
    """A later Tessella has made this backup: its schema is "{found}", and this one knows "{expected}"."""

    found: str
    expected: str

    def hint(self) -> str:
        """How to go on."""
        return "Restore it with the Tessella that made it, or a later one."


@dataclass(eq=False)
class OlderPostgres(Invalid):
    """This backup is of PostgreSQL {found}, and the database here is PostgreSQL {server}."""

    found: int
    server: int

    def hint(self) -> str:
        """How to go on."""
        return f"Restore it into PostgreSQL {self.found} or newer."


@dataclass(eq=False)
class NotEmpty(Conflict):
    """The installation is not empty: there are rows in {table}."""

    table: str

    def hint(self) -> str:
        """How to go on."""
        return "Restore into a new TESSELLA_HOME, or into another database."


@dataclass(eq=False)
class OtherKeys(Conflict):
    """{path} is another key than that of the backup."""

    path: Path

    def hint(self) -> str:
        """How to go on."""
        return "Restore into a new TESSELLA_HOME; or move this file away if nothing needs it."


@dataclass(eq=False)
class OtherModel(Conflict):
    """{path} holds another model than that of the backup."""

    path: Path

    def hint(self) -> str:
        """How to go on."""
        return "Restore into a new TESSELLA_HOME, or set TESSELLA_MODEL_FOLDER to a new folder."


class DatabaseInUse(Conflict):
    """A server or another command is using the database."""

    def hint(self) -> str:
        """How to go on."""
        return "Stop it first: it would go on with the keys that it has."


@dataclass(eq=False)
class RestoreFailed(TessellaError):
    """The backup could not be restored, and the installation is as empty as before: {reason}."""

    reason: str
