"""What a subject did, as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tessella.domain.identifiers import DecisionId, Instant, Json, SubjectId

#: The most characters of an event's type, and of its own id and that of its item. The database holds to them too.
EVENT_TYPE_MAX_LENGTH: Final = 128
EVENT_ID_MAX_LENGTH: Final = 256
#: The most characters of an event's properties as JSON.
EVENT_PROPERTIES_MAX_LENGTH: Final = 16_384
#: The types of events that are counted for the segment of the decision that they name.
OUTCOMES: Final = ("impression", "click", "conversion")


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
    #: The decision that it came of.
    decision_id: DecisionId | None = None
