"""What is defined: as it is stored, and its change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from tessella.domain.definitions import Definitions, Kind
from tessella.ports.records import Change, StoredDefinition


class Publishing(Protocol):
    """Definitions in the database."""

    async def definitions(self) -> Definitions:
        """Everything defined now, as stored (not from the snapshot)."""
        ...

    async def stored(self, kind: Kind) -> Sequence[StoredDefinition]:
        """All objects of a kind, by name."""
        ...

    async def stored_one(self, kind: Kind, identifier: str) -> StoredDefinition | None:
        """One object."""
        ...

    async def publish(
        self, changes: Sequence[Change], *, check: Callable[[Definitions], None]
    ) -> Sequence[StoredDefinition]:
        """Store a new version of each changed object and make it the active one, all or none.

        One transaction with the version row and the notification; publishes of a namespace wait for one another.
        `check` is given what is defined at that moment and raises to refuse. Returns the objects that were not deleted.
        Raises `StaleVersion` when the expected version of an object is not the stored one.
        """
        ...
