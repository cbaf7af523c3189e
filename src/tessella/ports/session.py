"""One caller's view of one namespace."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from typing import Protocol

from tessella.domain.decisions import Decision
from tessella.domain.definitions import Definitions, Kind
from tessella.domain.features.event import Event
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import DecisionId, FeatureName, Instant, Pseudonym, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.snapshot import Snapshot
from tessella.ports.records import AuditRow, Caller, Change, Known, StoredDefinition, StoredFact


class Session(Protocol):
    """One caller's view of one namespace. Reading configuration and cached facts costs no database round trip."""

    caller: Caller

    def now(self) -> Instant:
        """The current time."""
        ...

    def snapshot(self) -> Snapshot:
        """The namespace's current snapshot. Raises `Unavailable` when none could be loaded."""
        ...

    def new_decision_id(self) -> DecisionId:
        """A fresh id, ordered by time (UUID version 7)."""
        ...

    async def known(self, subject_id: SubjectId) -> Known:
        """What is stored about a subject; from the cache while it is fresh or the database is away."""
        ...

    async def known_of(self, subject_ids: Sequence[SubjectId]) -> Mapping[SubjectId, Known]:
        """The same for many at once."""
        ...

    def record(self, decision: Decision) -> None:
        """Hand the decision to the audit; never waits."""
        ...

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

    async def add_events(self, events: Sequence[Event]) -> int:
        """Store events; returns how many were new.

        Raises `Conflict` when an event id is stored with another body (the other events are stored), and `Unavailable`.
        """
        ...

    async def add_facts(self, facts: Sequence[StoredFact]) -> int:
        """Store facts; returns how many changed something."""
        ...

    async def set_consent(self, subject_id: SubjectId, consent: Consent) -> None:
        """Store a subject's settings."""
        ...

    async def stored_facts(self, subject_id: SubjectId) -> Sequence[StoredFact]:
        """One subject's facts as stored, past the cache."""
        ...

    async def audit(
        self,
        *,
        user_hash: Pseudonym | None,
        segment_id: str | None,
        since: Instant | None,
        limit: int,
        cursor: str | None,
    ) -> tuple[Sequence[AuditRow], str | None]:
        """Recorded decisions, newest first, and the cursor of the next page."""
        ...

    def pseudonym(self, subject_id: SubjectId) -> Pseudonym:
        """How the audit names the subject."""
        ...

    def stream_subjects(self) -> AsyncIterator[tuple[SubjectId, Facts]]:
        """Every subject with stored facts, without those who switched personalization off."""
        ...

    def stream_events(self, columns: Sequence[str], *, until: Instant) -> AsyncIterator[bytes]:
        """The namespace's events up to and with `until` as CSV without a header, streamed in pieces of any length.

        Events of subjects who switched personalization off are left out. A column is a field of `Event`, or
        `properties.NAME` for one property as its JSON text. `occurred_at` is microseconds UTC. NULL is an empty field
        without quotes.
        """
        ...

    async def add_events_csv(self, rows: AsyncIterable[bytes]) -> int:
        """Store events from CSV without a header, in one transaction; returns how many were new.

        The columns are the fields of `Event` in their order; `occurred_at` is microseconds UTC, `properties` JSON text
        or NULL, and NULL an empty field without quotes. The rows have been checked: a fault in them is a fault of ours.
        """
        ...

    async def add_facts_csv(self, rows: AsyncIterable[bytes]) -> int:
        """Store facts likewise; returns how many changed something.

        The columns are the fields of `StoredFact` in their order; `value` is JSON text, `as_of` microseconds UTC.
        """
        ...

    async def replace_facts_csv(
        self, features: Sequence[FeatureName], as_of: Instant, rows: AsyncIterable[bytes]
    ) -> int:
        """Store facts likewise, and take back facts of `features` that are not newer than `as_of` nor among the rows.

        One transaction: a reader sees all of the new values or none of them. Returns how many are new or different.
        """
        ...
