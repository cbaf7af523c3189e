"""What is defined: as it is stored, and its change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from tessella.domain.definitions import Definitions, Kind
from tessella.domain.snapshot import Snapshot
from tessella.ports.experiments import Verdict
from tessella.ports.history import Draft, Published, Restore
from tessella.ports.records import Change, StoredDefinition


class Publishing(Protocol):
    """Definitions in the database."""

    async def refuse_replay(self) -> None:
        """Raises `AlreadyAnswered` when the request that the session is for took effect before, and `KeyReused`.

        `publish` and `restore` do so too; this is for those that read first what such a request has changed.
        """
        ...

    async def definitions(self) -> Definitions:
        """Everything defined now, as stored (not from the snapshot)."""
        ...

    async def present(self) -> tuple[int, Definitions]:
        """The same with the snapshot version at which it is defined."""
        ...

    async def stored(self, kind: Kind) -> Sequence[StoredDefinition]:
        """All objects of a kind, by name."""
        ...

    async def stored_one(self, kind: Kind, identifier: str) -> StoredDefinition | None:
        """One object."""
        ...

    async def publish(
        self,
        changes: Sequence[Change | Restore],
        *,
        check: Callable[[Definitions], None],
        expected_snapshot: int | None = None,
        comment: str = "",
        drafts: Sequence[Draft] = (),
        verdict: Verdict | None = None,
        tell: Callable[[Published], Any] | None = None,
    ) -> Published:
        """Store a new version of each changed object and make it the active one, all or none.

        One transaction with the version row and the notification; publishes of a namespace wait for one another.
        `check` is given what is defined at that moment and raises to refuse. An object is changed at most once.
        `drafts` are taken away by the same transaction, and `verdict` decides a recommendation in it. `tell` makes of
        the result what the request's answer is made of, where that is to be kept under a key. Raises `StaleVersion`
        when the expected version of an object is not the stored one, `StalePlan` when the namespace is not at the
        expected snapshot version, `DraftChanged` when a draft is not as it was read, `AlreadyDecided` when the
        recommendation is not open, `NoSuch` for the deletion of what does not exist, and `NothingToPublish`.
        """
        ...

    async def restore(self, version: int, *, expected_snapshot: int | None = None, comment: str = "") -> Published:
        """Make what was defined at a snapshot version active again, in one publish; experiments stay as they are.

        Raises `NoSuchVersion`, `HistoryGone`, `StalePlan`, and `NothingToPublish` when it is what is defined now.
        """
        ...

    async def compiled(self, definitions: Definitions) -> Snapshot:
        """A snapshot of definitions that need not be published, built beside the requests. Raises `Faults`."""
        ...
