"""What is wrong with a file to be imported, before any of its rows is read."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class MappingInvalid(Invalid):
    """The column mapping cannot be read at "{near}": {problem}."""

    near: str
    problem: str

    def hint(self) -> str:
        """What a mapping looks like."""
        return "Such as: subject_id=household_id, occurred_at=bought_at, event_type='purchase', properties=*"


@dataclass(eq=False)
class MissingColumn(Invalid):
    """The file has no column "{name}" for {field}."""

    name: str
    field: str
    nearest: str | None
    columns: str

    def hint(self) -> str:
        """The nearest column, or all of them."""
        near = f'Did you mean "{self.nearest}"? ' if self.nearest else ""
        return f"{near}The file has {self.columns}. Map another one with {self.field}=COLUMN."


@dataclass(eq=False)
class UndeclaredColumn(Invalid):
    """The column "{name}" is no declared feature."""

    name: str
    nearest: str | None

    def hint(self) -> str:
        """The nearest feature, and how to leave the column out."""
        near = f"Did you mean {self.nearest}={self.name}? " if self.nearest else ""
        return f"{near}Declare the feature first, or leave the column out with ignore={self.name}."


@dataclass(eq=False)
class FactRefused(Invalid):
    """Facts of "{feature}" cannot be imported: {reason}."""

    feature: str
    reason: str

    def hint(self) -> str:
        """How to leave the column out."""
        return f"Leave the column out with ignore={self.feature}."
