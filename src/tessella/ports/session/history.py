"""What was defined: every version of every object, and every publish."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tessella.domain.definitions import Definitions, Kind
from tessella.ports.history import Differing, Publish, PublishedChange, StoredVersion


class History(Protocol):
    """The past of a namespace."""

    async def definitions_at(self, version: int) -> Definitions:
        """Everything that was defined at a snapshot version.

        Raises `NoSuchVersion` for one that was never published, `HistoryGone` for one from before the history, and
        `Faults` with each `StoredUnreadable`.
        """
        ...

    async def differing(self, before: int, after: int) -> Sequence[Differing]:
        """The objects that two snapshot versions have differently, by kind and name. Raises as `definitions_at`."""
        ...

    async def publishes(self, *, limit: int, below: int | None) -> Sequence[Publish]:
        """Publishes, newest first; with `below`, those of smaller snapshot versions."""
        ...

    async def publish_at(self, version: int) -> tuple[Publish, Sequence[PublishedChange]] | None:
        """One publish and what it changed, by kind and name; None when there is none of that number."""
        ...

    async def versions(self, kind: Kind, identifier: str, *, limit: int, below: int | None) -> Sequence[StoredVersion]:
        """Versions of one object, newest first; with `below`, smaller ones. None for an object that never was."""
        ...

    async def version(self, kind: Kind, identifier: str, version: int) -> StoredVersion | None:
        """One version of one object."""
        ...
