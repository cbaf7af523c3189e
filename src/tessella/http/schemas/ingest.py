"""Events and facts on their way in."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from tessella.domain.features.event import EVENT_ID_MAX_LENGTH, EVENT_TYPE_MAX_LENGTH
from tessella.domain.identifiers import Json
from tessella.http.schemas.decide import SubjectText, TimeText

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=EVENT_TYPE_MAX_LENGTH)]
LongName = Annotated[str, msgspec.Meta(min_length=1, max_length=EVENT_ID_MAX_LENGTH)]


class EventBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a subject did."""

    #: Sending an event again under the same id changes nothing.
    event_id: LongName
    subject_id: SubjectText
    event_type: Name
    occurred_at: TimeText
    item_id: LongName | None = None
    value: float | None = None
    properties: dict[str, Any] | None = None


Events = Annotated[list[EventBody], msgspec.Meta(min_length=1, max_length=1000)]


class EventsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 to 1000 events."""

    events: Events


class EventsAccepted(msgspec.Struct, frozen=True):
    """How many events were new, and how many were known already."""

    accepted: int
    duplicates: int


class FactsOfSubject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values of one subject."""

    subject_id: SubjectText
    #: By feature; each of the type that the feature declares.
    values: Annotated[dict[str, Json], msgspec.Meta(min_length=1, max_length=1000)]
    #: When they were true; now when it is absent.
    as_of: TimeText | None = None


class FactsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The values of 1 to 1000 subjects; all are stored or none."""

    facts: Annotated[list[FactsOfSubject], msgspec.Meta(min_length=1, max_length=1000)]


class FactsAccepted(msgspec.Struct, frozen=True):
    """How many values were sent, and how many of them changed something."""

    accepted: int
    changed: int
