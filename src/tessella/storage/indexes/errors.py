"""Why a ranking index cannot be used."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors import Conflict, TessellaError


@dataclass(eq=False)
class IndexUnusable(TessellaError):
    """The ranking index {version} cannot be used."""

    version: str

    def hint(self) -> str:
        """How to go on."""
        return "Build another one: `tessella index build`."


@dataclass(eq=False)
class IndexGone(IndexUnusable):
    """The ranking index {version} is not in the index folder."""

    def hint(self) -> str:
        """How to go on."""
        return "Servers of one database share one index folder: see TESSELLA_INDEX_FOLDER. Or build another one."


@dataclass(eq=False)
class IndexTorn(IndexUnusable):
    """The ranking index {version} is not whole: {file} is not as it was written."""

    file: str


@dataclass(eq=False)
class IndexOfAnotherForm(IndexUnusable):
    """The ranking index {version} has form {found}; this Tessella reads form {expected}."""

    found: int
    expected: int


@dataclass(eq=False)
class IndexOfAnother(IndexUnusable):
    """The ranking index {version} says that it is "{found}" of namespace "{namespace}"."""

    found: str
    namespace: str


@dataclass(eq=False)
class IndexBeingBuilt(Conflict):
    """A ranking index of namespace "{namespace}" is being built."""

    namespace: str

    def hint(self) -> str:
        """How to go on."""
        return "Wait until it is done: `tessella index list`."


@dataclass(eq=False)
class IndexBuildOvertaken(Conflict):
    """The ranking index {version} is not published: another build was begun, as this one seemed dead."""

    version: str


@dataclass(eq=False)
class IndexNotWritten(TessellaError):
    """The ranking index cannot be written to the index folder: {reason}."""

    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Make room, or set TESSELLA_INDEX_FOLDER to a folder that this process may write to."
