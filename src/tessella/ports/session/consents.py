"""What subjects have agreed to, as it is stored and changed."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import Protocol

from tessella.domain.identifiers import SubjectId
from tessella.domain.privacy.consent import Consent, ConsentChange
from tessella.ports.privacy import ConsentCounts


class Consents(Protocol):
    """Settings of subjects. What has changed holds at once here, and within two seconds in every process."""

    async def stored_consent(self, subject_id: SubjectId) -> Consent:
        """What a subject has agreed to, past the cache; the defaults where nothing is stored. Raises `NotYours`."""
        ...

    async def set_consent(self, subject_id: SubjectId, consent: Consent) -> None:
        """Store settings in place of any before. Raises `NotYours`."""
        ...

    async def change_consent(self, subject_id: SubjectId, change: ConsentChange) -> Consent:
        """Store what is changed; what holds now. Raises `NotYours`."""
        ...

    async def add_consents_csv(self, rows: AsyncIterable[bytes]) -> int:
        """Store settings from CSV without a header, in one transaction; returns how many changed something.

        The columns are the subject and the fields of `ConsentChange`, whose empty fields change nothing. Where a
        subject comes twice, no wins over yes. The rows have been checked: a fault in them is a fault of ours.
        """
        ...

    async def consent_counts(self) -> ConsentCounts:
        """How many have settings, and what these say."""
        ...

    async def somebody_shares(self) -> bool:
        """Whether anybody shares data, and has not opted out."""
        ...

    def stream_sharing(self) -> AsyncIterator[bytes]:
        """The ids of those who share data, and have not opted out, as CSV without a header."""
        ...
