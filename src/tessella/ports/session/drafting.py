"""What is to be defined: drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tessella.domain.definitions import Kind
from tessella.ports.history import Draft
from tessella.ports.records import Change


class Drafting(Protocol):
    """Drafts, at most one an object. `Publishing.publish` takes those away that it publishes."""

    async def drafts(self) -> Sequence[Draft]:
        """All of them, by kind and name."""
        ...

    async def draft(self, kind: Kind, identifier: str) -> Draft | None:
        """The draft of one object."""
        ...

    async def save_draft(self, change: Change) -> Draft:
        """Write the draft of one object.

        It is begun with `expected_version`, or where that is None with the version that is active now; a draft that is
        there already keeps the version that it was begun with. Raises `StaleVersion` when the expected version is not
        the active one.
        """
        ...

    async def delete_draft(self, kind: Kind, identifier: str) -> bool:
        """Take one away; False when there is none."""
        ...
