"""What a subject did, as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.identifiers import Instant, Json, SubjectId


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a subject did. `event_id` makes it idempotent."""

    event_id: str
    subject_id: SubjectId
    event_type: str
    occurred_at: Instant
    item_id: str | None = None
    value: float | None = None
    properties: Mapping[str, Json] | None = None
