"""What a decision reads: the snapshot, and what is known of its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.snapshot import Snapshot
from tessella.ports.records import Caller, Known, StoredFact


class Reading(Protocol):
    """Reading configuration and cached facts costs no database round trip."""

    caller: Caller

    def now(self) -> Instant:
        """The current time."""
        ...

    def snapshot(self) -> Snapshot:
        """The namespace's current snapshot. Raises `Unavailable` when none could be loaded."""
        ...

    async def known(self, subject_id: SubjectId) -> Known:
        """What is stored about a subject; from the cache while it is fresh or the database is away."""
        ...

    async def known_of(self, subject_ids: Sequence[SubjectId]) -> Mapping[SubjectId, Known]:
        """The same for many at once."""
        ...

    async def withdrawn_since(self, moment: Instant) -> Sequence[SubjectId]:
        """Who switched personalization off at `moment` or later, and has it off now. For roles that act for all."""
        ...

    async def stored_facts(self, subject_id: SubjectId) -> Sequence[StoredFact]:
        """One subject's facts as stored, past the cache."""
        ...
