"""What comes and goes by the million."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from typing import Protocol

from tessella.domain.features.schema import Schema
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.privacy.consent import Whose


class Bulk(Protocol):
    """Streams, each in one transaction that is not bounded in time."""

    def stream_subjects(self) -> AsyncIterator[tuple[SubjectId, Facts]]:
        """Every subject with stored facts, without those who switched personalization off."""
        ...

    def stream_subjects_as(self, schemas: Sequence[Schema]) -> AsyncIterator[tuple[SubjectId, Sequence[Facts]]]:
        """The same, each subject's facts as each of the schemas types them."""
        ...

    def stream_events(
        self,
        columns: Sequence[str],
        *,
        until: Instant,
        since: Instant | None = None,
        whose: Whose = Whose.PERSONALIZED,
    ) -> AsyncIterator[bytes]:
        """The namespace's events up to and with `until` as CSV without a header, streamed in pieces of any length.

        With `since`, those from then on. Of subjects who switched personalization off there are none, and only those
        of subjects who share data where that is asked for. A column is a field of `Event`, or
        `properties.NAME` for one property as its JSON text. `occurred_at` is microseconds UTC. NULL is an empty field
        without quotes.
        """
        ...

    async def last_event(self, types: Sequence[str], *, since: Instant | None, before: Instant) -> Instant | None:
        """When the last event of these types took place of those from `since` until before `before`; None for none."""
        ...

    def stream_facts(self, features: Sequence[FeatureName], *, until: Instant) -> AsyncIterator[bytes]:
        """Stored values of `features` that were true at `until` or before, likewise as CSV.

        The columns are the fields of `StoredFact` in their order; `value` is JSON text, `as_of` microseconds UTC. Only
        the last value is stored: one that is newer than `until` hides what was known then.
        """
        ...

    async def add_events_csv(self, rows: AsyncIterable[bytes]) -> int:
        """Store events from CSV without a header, in one transaction; returns how many were new.

        The columns are the fields of `Event` in their order, without `decision_id`; `occurred_at` is microseconds UTC,
        `properties` JSON text or NULL, and NULL an empty field without quotes. The rows have been checked: a fault in
        them is a fault of ours.
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
