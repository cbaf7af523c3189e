"""What can go wrong while a set of subjects is evaluated where the data lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid, TessellaError, Unavailable


@dataclass(eq=False)
class QueryFailed(TessellaError):
    """{engine} could not run the query: {problem}."""

    engine: str
    problem: str


@dataclass(eq=False)
class QueryTimedOut(Unavailable):
    """{engine} did not answer within {seconds} seconds."""

    engine: str
    seconds: float

    def hint(self) -> str:
        """What can be done about it."""
        return "Ask for less at a time, or raise the timeout."


@dataclass(eq=False)
class WorkerLost(Unavailable):
    """The worker process of {engine} ended with status {status} before it answered."""

    engine: str
    status: int

    def hint(self) -> str:
        """What happens next."""
        return "The next query starts a new worker. If it was killed for its memory, lower the memory limit."


@dataclass(eq=False)
class DiskFull(Unavailable):
    """There is no room left on the disk for {path}."""

    path: str

    def hint(self) -> str:
        """What can be done about it."""
        return "Nothing of it was left there. Make room, then do it again."


@dataclass(eq=False)
class LocationRefused(Invalid):
    """This location of a source is refused: {reason}."""

    reason: str
    advice: str = ""

    def hint(self) -> str:
        """What can be done about it."""
        return self.advice


@dataclass(eq=False)
class SourceError(TessellaError):
    """The source "{source_id}" cannot be read."""

    source_id: str


@dataclass(eq=False)
class SourceAway(SourceError, Unavailable):
    """The source "{source_id}" does not answer: {problem}."""

    problem: str


@dataclass(eq=False)
class SourceSlow(SourceError, Unavailable):
    """The source "{source_id}" did not answer within {seconds} seconds."""

    seconds: float


@dataclass(eq=False)
class SourceDenies(SourceError, Unavailable):
    """The source "{source_id}" does not let us read it: {problem}."""

    problem: str

    def hint(self) -> str:
        """What can be done about it."""
        return "Give the account that reads it the right to read the view, and no other."


@dataclass(eq=False)
class CredentialsMissing(SourceError, Unavailable):
    """There are no credentials for the source "{source_id}"."""

    variables: str

    def hint(self) -> str:
        """What can be done about it."""
        return f"Set {self.variables} in the environment of the server."


@dataclass(eq=False)
class CredentialsRefused(SourceError, Unavailable):
    """The source "{source_id}" refuses the credentials that it is read with."""

    variables: str

    def hint(self) -> str:
        """What can be done about it."""
        return f"They come from the environment of the server: look at {self.variables}."


@dataclass(eq=False)
class PackageMissing(SourceError, Unavailable):
    """The source "{source_id}" needs a package that is not installed here: {problem}."""

    problem: str
    advice: str

    def hint(self) -> str:
        """What can be done about it."""
        return self.advice


@dataclass(eq=False)
class ViewGone(SourceError, Conflict):
    """The source "{source_id}" has no view "{view}" that we can see."""

    view: str

    def hint(self) -> str:
        """What can be done about it."""
        return (
            "Files are looked for in the namespace's folder, `warehouse/NAMESPACE` of TESSELLA_HOME or below one of "
            "TESSELLA_WAREHOUSE_FOLDERS; a view needs a role that may read it."
        )


@dataclass(eq=False)
class ColumnsChanged(SourceError, Conflict):
    """The columns of the source "{source_id}" are not those that were read before."""

    #: A phrase for each column that is gone or has another type.
    changes: Sequence[str]

    @property
    def message(self) -> str:
        """What has changed, by name: the first twenty."""
        more = len(self.changes) - 20
        listed = "; ".join(self.changes[:20]) + (f"; and {more} more" if more > 0 else "")
        return f'The columns of the source "{self.source_id}" are not those that were read before: {listed}.'

    def hint(self) -> str:
        """What can be done about it."""
        return "Bring the view back to what the features expect, or change the features, then calculate again."


@dataclass(eq=False)
class ValueUnreadable(SourceError, Conflict):
    """The source "{source_id}" holds a value of another type than its column: {problem}."""

    problem: str


@dataclass(eq=False)
class SourceBroken(SourceError, Conflict):
    """The source "{source_id}" could not answer: {problem}."""

    problem: str

    def hint(self) -> str:
        """What can be done about it."""
        return "Read the view there: its definition, or a file of it, may be damaged."


@dataclass(eq=False)
class KeysUnusable(SourceError, Conflict):
    """In the source "{source_id}", "{key}" is no key: {missing} rows lack one, {repeated} keys stand in two or more."""

    key: str
    #: Rows whose key is NULL, empty, or longer than a subject's id can be.
    missing: int
    #: Keys that more than one row has.
    repeated: int

    def hint(self) -> str:
        """What can be done about it."""
        return "A source has one row a customer. The keys themselves are not shown."
