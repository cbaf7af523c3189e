"""Events and facts on their way in."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec

from tessella.domain.features.event import EVENT_ID_MAX_LENGTH, EVENT_TYPE_MAX_LENGTH
from tessella.domain.identifiers import Json
from tessella.http.schemas.decide import SubjectText, TimeText
from tessella.http.schemas.problem import Fault

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
    #: The decision that it came of, as that named itself.
    decision_id: UUID | None = None


Events = Annotated[list[EventBody], msgspec.Meta(min_length=1, max_length=1000)]


class EventsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 to 1000 events."""

    events: Events


class EventsAccepted(msgspec.Struct, frozen=True):
    """How many events were new, how many were known already, and what was wrong with the others."""

    accepted: int
    duplicates: int
    #: Each points at its row.
    rejected: list[Fault]


class FactsOfSubject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values of one subject."""

    subject_id: SubjectText
    #: By feature; each of the type that the feature declares.
    values: Annotated[dict[str, Json], msgspec.Meta(min_length=1, max_length=1000)]
    #: When they were true; now when it is absent.
    as_of: TimeText | None = None


class FactsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The values of 1 to 1000 subjects."""

    facts: Annotated[list[FactsOfSubject], msgspec.Meta(min_length=1, max_length=1000)]


class FactsAccepted(msgspec.Struct, frozen=True):
    """How many values were taken, how many of them changed something, and what was wrong with the others."""

    accepted: int
    changed: int
    #: Each points at its row, or at a value in it. A subject with a wrong value stores none.
    rejected: list[Fault]
