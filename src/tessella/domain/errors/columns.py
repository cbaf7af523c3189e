"""What is wrong with a source of customers, or with the columns that features are read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Denied, Invalid, NotFound


@dataclass(eq=False)
class NoSourceDeclared(NotFound):
    """No source of customers is declared in this namespace."""

    def hint(self) -> str:
        """How to go on."""
        return "Declare one with `tessella warehouse add`, or with POST /api/v1/sources."


@dataclass(eq=False)
class SourceNeeded(Invalid):
    """There are several sources: {names}."""

    names: str

    def hint(self) -> str:
        """How to go on."""
        return "Say which one is meant."


@dataclass(eq=False)
class CustomerOptedOut(Denied):
    """The customer "{subject_id}" has switched personalization off: their row is not read."""

    subject_id: str


@dataclass(eq=False)
class ColumnNotDeclarable(Invalid):
    """The column "{column}" cannot become a feature: {reason}."""

    pointer: str
    column: str
    reason: str
    advice: str = ""

    def hint(self) -> str:
        """How to go on."""
        return self.advice


@dataclass(eq=False)
class ColumnMissing(Conflict):
    """The source "{source}" has no column "{column}", which the feature "{feature}" is read from{read_by}."""

    pointer: str
    source: str
    column: str
    feature: str
    segments: Sequence[str]

    @property
    def message(self) -> str:
        """Source, column and feature, and the segments that read it."""
        what = f'The source "{self.source}" has no column "{self.column}", which the feature "{self.feature}" is read'
        return f"{what} from{_read_by(self.segments)}."

    def hint(self) -> str:
        """How to go on."""
        return "Bring the column back, or change or delete the feature and what reads it."


@dataclass(eq=False)
class ColumnTypeChanged(Conflict):
    """The column "{column}" of the source "{source}" is {found}, and the feature "{feature}" {declared}{read_by}."""

    pointer: str
    source: str
    column: str
    feature: str
    #: What the column is now.
    found: str
    #: The type of the feature.
    declared: str
    segments: Sequence[str]

    @property
    def message(self) -> str:
        """Source, column and feature, both types, and the segments that read it."""
        column = f'The column "{self.column}" of the source "{self.source}" is {self.found}'
        return f'{column}, and the feature "{self.feature}" {self.declared}{_read_by(self.segments)}.'

    def hint(self) -> str:
        """How to go on."""
        return "Give the column its type again in the view, or declare the feature with the type that it has."


def _read_by(segments: Sequence[str]) -> str:
    """Who reads it, the first ten by name."""
    if not segments:
        return ""
    more = f" and {len(segments) - 10} more" if len(segments) > 10 else ""
    return f"; segments that read it: {', '.join(segments[:10])}{more}"
