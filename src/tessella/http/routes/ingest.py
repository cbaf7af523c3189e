"""Events and facts: what subjects did, and what is true of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.errors import TessellaError, WrongShape
from tessella.domain.features.event import EVENT_PROPERTIES_MAX_LENGTH, Event
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import DecisionId, Instant, Json, Pointer, SubjectId
from tessella.http.answers import answer
from tessella.http.auth import admit
from tessella.http.bodies import content
from tessella.http.caps import BATCH, INGEST
from tessella.http.hot import Endpoint, HotRoute
from tessella.http.once import once
from tessella.http.openapi import idempotency_key
from tessella.http.problems import answer_problem, fault_of
from tessella.http.rows import RowKind, converted, decode_rows
from tessella.http.schemas.ingest import (
    EventBody,
    Events,
    EventsAccepted,
    EventsBody,
    FactsAccepted,
    FactsBody,
    FactsOfSubject,
)
from tessella.http.serving import application_of
from tessella.ports import EventsAdded, FactsAdded
from tessella.usecases.add_facts import SubjectValues
from tessella.usecases.rejected import refusal

_EVENTS: Final = RowKind(EventBody, "events", EventsBody | Events, may_stand_alone=True)
_FACTS: Final = RowKind(FactsOfSubject, "facts", FactsBody, may_stand_alone=False)


async def add_events(request: Request) -> Response:
    """Store 1 to 1000 events, each once by its `event_id`.

    The body may also be the list of events itself. Those that are wrong are listed under `rejected` and cost the others
    nothing; the request is refused when all are. Sending the same events again is safe; an `event_id` that is stored
    with another body is wrong (409 when it is alone). An event may be of any age. One that is to occur more than five
    minutes from now is wrong. An `impression`, `click` or `conversion` with a `decision_id` is counted for the segment
    of that decision.
    """
    caller = await admit(request, "events.write")
    raw = await content(request, BATCH.bytes)
    at, events, refused = converted(decode_rows(raw, _EVENTS, BATCH), _event)
    key = once(request, raw, _events_answer)
    async with application_of(request).session(caller, key) as session:
        return _events_answer(await usecases.add_events(session, events, at=at, refused=refused))


async def add_facts(request: Request) -> Response:
    """Store values of 1 to 1000 subjects.

    A subject with a value that is not of the type that its feature declares stores nothing and is listed under
    `rejected`, which costs the others nothing; the request is refused when all are wrong. A later `as_of` replaces an
    earlier one, never the reverse.
    """
    caller = await admit(request, "facts.write")
    raw = await content(request, INGEST.bytes)
    at, facts, refused = converted(decode_rows(raw, _FACTS, INGEST), _values)
    key = once(request, raw, _facts_answer)
    async with application_of(request).session(caller, key) as session:
        return _facts_answer(await usecases.add_facts(session, facts, at=at, refused=refused))


def _events_answer(added: EventsAdded) -> Response:
    """Also for a request of which nothing was stored: under a key, that answer is kept too."""
    taken, rejected = added.accepted + added.duplicates, [fault_of(each) for each in added.rejected]
    return _answer(taken, added.rejected, EventsAccepted(added.accepted, added.duplicates, rejected))


def _facts_answer(added: FactsAdded) -> Response:
    rejected = [fault_of(each) for each in added.rejected]
    return _answer(added.accepted, added.rejected, FactsAccepted(added.accepted, added.changed, rejected))


def _answer(taken: int, rejected: Sequence[TessellaError], accepted: msgspec.Struct) -> Response:
    error = refusal(taken, rejected)
    return answer(accepted, HTTPStatus.ACCEPTED) if error is None else answer_problem(error)


def _event(body: EventBody, at: Pointer) -> Event:
    return Event(
        body.event_id, SubjectId(body.subject_id), body.event_type, _instant(body.occurred_at, f"{at}/occurred_at"),
        body.item_id, body.value, _properties(body, at),
        None if body.decision_id is None else DecisionId(str(body.decision_id)),
    )  # fmt: skip


def _properties(body: EventBody, at: Pointer) -> Mapping[str, Json] | None:
    if body.properties is None:
        return None
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


def _hot(path: str, endpoint: Endpoint, body: str, accepted: str) -> HotRoute:
    return HotRoute(path, endpoint, "ingest", body, accepted, HTTPStatus.ACCEPTED, (idempotency_key(),))


HOT: Final = (
    _hot("/api/v1/events", add_events, "EventsBody", "EventsAccepted"),
    _hot("/api/v1/facts", add_facts, "FactsBody", "FactsAccepted"),
)
