"""Why a calculated audience cannot be used, or made."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors import Conflict, TessellaError, Unavailable


@dataclass(eq=False)
class AudienceUnusable(Unavailable):
    """The calculated audience {version} cannot be used."""

    version: str

    def hint(self) -> str:
        """How to go on."""
        return "Calculate another one: `tessella audiences calculate`."


@dataclass(eq=False)
class AudienceGone(AudienceUnusable):
    """The calculated audience {version} is not in the audience folder."""

    def hint(self) -> str:
        """How to go on."""
        return "Servers of one database share one audience folder: see TESSELLA_AUDIENCE_FOLDER. Or calculate again."


@dataclass(eq=False)
class AudienceTorn(AudienceUnusable):
    """The calculated audience {version} is not whole: {file} is not as it was written."""

    file: str


@dataclass(eq=False)
class AudienceOfAnotherForm(AudienceUnusable):
    """The calculated audience {version} has form {found}; this Tessella reads form {expected}."""

    found: int
    expected: int


@dataclass(eq=False)
class AudienceOfAnother(AudienceUnusable):
    """The calculated audience {version} says that it is "{found}" of namespace "{namespace}"."""

    found: str
    namespace: str


@dataclass(eq=False)
class CalculationOvertaken(Conflict):
    """The calculated audience {version} is not put to use: another calculation was begun, as this one seemed dead."""

    version: str


@dataclass(eq=False)
class AudienceNotWritten(TessellaError):
    """The audience cannot be written to the audience folder: {reason}."""

    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Make room, or set TESSELLA_AUDIENCE_FOLDER to a folder that this process may write to."
