"""Events and facts: what subjects did, and what is true of them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.errors import WrongShape
from tessella.domain.features.event import EVENT_PROPERTIES_MAX_LENGTH, Event
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Instant, Json, Pointer, SubjectId, point
from tessella.http.answers import answer
from tessella.http.auth import admit, application_of
from tessella.http.bodies import read
from tessella.http.caps import INGEST
from tessella.http.hot import HotRoute
from tessella.http.schemas.ingest import (
    EventBody,
    Events,
    EventsAccepted,
    EventsBody,
    FactsAccepted,
    FactsBody,
    FactsOfSubject,
)
from tessella.usecases.add_facts import SubjectValues

#: The list may stand by itself.
_EVENTS: Final[Any] = EventsBody | Events


async def add_events(request: Request) -> Response:
    """Store 1 to 1000 events, each once by its `event_id`.

    Sending the same events again is safe. The body may also be the list of events itself.
    """
    caller = await admit(request, "events.write")
    body: EventsBody | list[EventBody] = await read(request, _EVENTS, INGEST)
    sent, at = (body.events, "/events") if isinstance(body, EventsBody) else (body, "")
    events = [_event(each, point(at, index)) for index, each in enumerate(sent)]
    async with application_of(request).session(caller) as session:
        added = await usecases.add_events(session, events)
    return answer(EventsAccepted(added.accepted, added.duplicates), HTTPStatus.ACCEPTED)


async def add_facts(request: Request) -> Response:
    """Store values of 1 to 1000 subjects: all of them, or none when one is wrong.

    A value must be of the type that its feature declares. A later `as_of` replaces an earlier one, never the reverse.
    """
    caller = await admit(request, "facts.write")
    body = await read(request, FactsBody, INGEST)
    sent = [_values(each, point("/facts", index)) for index, each in enumerate(body.facts)]
    async with application_of(request).session(caller) as session:
        added = await usecases.add_facts(session, sent)
    return answer(FactsAccepted(added.accepted, added.changed), HTTPStatus.ACCEPTED)


def _event(body: EventBody, at: Pointer) -> Event:
    return Event(
        body.event_id, SubjectId(body.subject_id), body.event_type, _instant(body.occurred_at, f"{at}/occurred_at"),
        body.item_id, body.value, _properties(body, at),
    )  # fmt: skip


def _properties(body: EventBody, at: Pointer) -> Mapping[str, Json] | None:
    length = len(msgspec.json.encode(body.properties).decode())
    if length > EVENT_PROPERTIES_MAX_LENGTH:
        problem = f"properties are longer than {EVENT_PROPERTIES_MAX_LENGTH} characters."
        raise WrongShape(f"{at}/properties", problem, "Send what rules and features read.")
    return body.properties


def _values(body: FactsOfSubject, at: Pointer) -> SubjectValues:
    as_of = None if body.as_of is None else _instant(body.as_of, f"{at}/as_of")
    return SubjectValues(SubjectId(body.subject_id), body.values, as_of)


def _instant(text: str, at: Pointer) -> Instant:
    instant = read_instant(text, at)
    assert instant is not None, "only null gives none"
    return instant


HOT: Final = (
    HotRoute("/api/v1/events", add_events, "ingest", "EventsBody", "EventsAccepted", HTTPStatus.ACCEPTED),
    HotRoute("/api/v1/facts", add_facts, "ingest", "FactsBody", "FactsAccepted", HTTPStatus.ACCEPTED),
)
