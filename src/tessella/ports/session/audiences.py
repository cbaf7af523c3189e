"""Who is in which segment, over everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import Instant, SegmentId, SubjectId
from tessella.ports.audiences import (
    ActiveAudience,
    Calculation,
    MembershipChange,
    SegmentCount,
    StoredCalculation,
)

if TYPE_CHECKING:
    from tessella.domain.audiences.tally import Tally


class Audiences(Protocol):
    """The calculations of a namespace: files beside the server, and what is told of them in the database."""

    async def audience(self) -> ActiveAudience | None:
        """The calculation in use; None where there is none yet. Raises `VersionUnusable` when its files are not."""
        ...

    async def audience_tally(self, active: ActiveAudience) -> Tally:
        """Its counts and overlaps. Raises `VersionUnusable`."""
        ...

    async def calculations(self, limit: int) -> Sequence[StoredCalculation]:
        """The last ones, the newest first, those that failed too."""
        ...

    async def calculation(self, version: str) -> StoredCalculation:
        """One. Raises `NoSuch`."""
        ...

    def calculating(self, as_of: Instant) -> AbstractAsyncContextManager[Calculation]:
        """Begin a calculation, which is given up at the end of the block unless it was published.

        An error that ends the block is kept with it. What another one left behind that was killed is removed. Raises
        `AudienceBeingCalculated`, and `AudienceNotWritten` where the disk does not take it.
        """
        ...

    async def segment_counts(self, version: str) -> Sequence[SegmentCount]:
        """What one calculation counted, in the order of its segments."""
        ...

    async def count_trend(self, segment_id: SegmentId | None, *, limit: int) -> Sequence[SegmentCount]:
        """What the last calculations counted of a segment, or of all, the newest first."""
        ...

    async def membership_changes(
        self, segment_id: SegmentId, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[MembershipChange], str]:
        """Changes after the cursor, the oldest first, and the cursor of what comes next, now or later."""
        ...

    def stream_fact_rows(
        self, features: Sequence[Feature], since: str | None = None, of: Sequence[SubjectId] | None = None
    ) -> AsyncIterator[bytes]:
        """A row a subject with stored facts, in the order of their ids, as CSV without a header.

        The columns are the subject's id and the normalised value of each feature, a list as JSON text. A moment that
        is stored as a text is in a column after that of its feature, as it is stored. NULL is an empty field without
        quotes. Subjects who switched personalization off are left out; so are, with `since`, the
        horizon of a calculation, those of whom nothing has changed, and with `of` all but these.
        """
        ...

    def stream_changed_subjects(self, since: str) -> AsyncIterator[bytes]:
        """The ids of those whose stored facts or settings have changed since a horizon, likewise."""
        ...

    async def somebody_has_opted_in(self, since: str) -> bool:
        """Whether settings have changed since a horizon that have personalization on."""
        ...

    def stream_opted_out(self) -> AsyncIterator[bytes]:
        """The ids of those who switched personalization off, likewise."""
        ...
