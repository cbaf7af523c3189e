"""What is wrong with an item."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class ItemRefused(Invalid):
    """The {field} of an item {problem}."""

    pointer: str
    field: str
    problem: str


@dataclass(eq=False)
class OtherDimensions(Invalid):
    """The embedding has {given} numbers, and those of this namespace have {expected}."""

    pointer: str
    given: int
    expected: int

    def hint(self) -> str:
        """How to go on."""
        return "Vectors of another model cannot be compared: store the items without embeddings first, then with them."
