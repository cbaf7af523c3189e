"""What a subject did with items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from tessella.domain.identifiers import Instant, SubjectId

if TYPE_CHECKING:
    from tessella.domain.ranking.subject.events import SubjectEvents  # loads numpy


class Histories(Protocol):
    """Histories. Who asks for one has asked for consent before: `usecases.load_subject` is the door."""

    async def history(self, subject_id: SubjectId) -> SubjectEvents:
        """A subject's last events about items: at most 5 s old, or the last known while the database is away."""
        ...

    async def histories(self, subject_ids: Sequence[SubjectId]) -> Mapping[SubjectId, SubjectEvents]:
        """The same for many at once."""
        ...

    async def history_received_by(self, subject_id: SubjectId, until: Instant) -> SubjectEvents:
        """The last events about items among those that were received up to `until`, past the cache."""
        ...
