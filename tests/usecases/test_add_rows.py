"""Rows that are sent together: the wrong ones are named and the others stored; nothing but wrong ones is refused."""

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import EventFromFuture, FactNotAccepted, Faults, NotYours, UnknownFeature, WrongShape
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, Namespace, Role, SubjectId
from tessella.ports import FactsAdded
from tessella.storage.store import Storage
from tessella.usecases.add_events import add_events
from tessella.usecases.add_facts import SubjectValues, add_facts
from tests.database import define, session_of

pytestmark = pytest.mark.anyio
ANN, BOB = SubjectId("ann"), SubjectId("bob")
MINUTE_US = 60_000_000


def event(event_id: str, occurred_at: int, subject: SubjectId = ANN) -> Event:
    return Event(event_id, subject, "buy", Instant(occurred_at))


async def test_an_event_may_be_five_minutes_ahead_and_no_more(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    now = session.now()
    added = await add_events(session, [event("soon", now + 4 * MINUTE_US), event("later", now + 6 * MINUTE_US)])
    (error,) = added.rejected
    assert (added.accepted, type(error), error.pointer) == (1, EventFromFuture, "/1/occurred_at")


async def test_events_of_which_none_is_good_are_refused_with_what_was_found_before(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    ahead = event("e", session.now() + 60 * MINUTE_US)
    with pytest.raises(Faults) as refusal:
        await add_events(session, [ahead], at=["/events/1"], refused=[WrongShape("/events/0", "It is no object.")])
    assert [each.pointer for each in refusal.value.faults()] == ["/events/0", "/events/1/occurred_at"]


async def test_a_client_sends_its_own_events_or_none(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace, Role.CLIENT, ANN)
    with pytest.raises(NotYours):
        await add_events(session, [event("e1", 0), event("e2", 0, BOB)])
    assert (await add_events(session, [event("e1", 0)])).accepted == 1


async def test_a_subject_with_a_wrong_value_stores_nothing_and_the_others_do(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await define(session, Kind.FEATURE, "user.age", name="user.age", type="number")
    sent = [SubjectValues(ANN, {"user.age": 40, "user.aeg": 1}), SubjectValues(BOB, {"user.age": 41})]
    added = await add_facts(session, sent)
    assert (added.accepted, added.changed) == (1, 1)
    assert [(type(each), each.pointer) for each in added.rejected] == [(UnknownFeature, "/facts/0/values/user.aeg")]
    assert (await session.stored_facts(ANN), len(await session.stored_facts(BOB))) == ([], 1)


async def test_facts_of_which_none_is_good_are_refused_value_by_value(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await define(session, Kind.FEATURE, "user.age", name="user.age", type="number")
    with pytest.raises(FactNotAccepted, match="its type is number"):
        await add_facts(session, [SubjectValues(ANN, {"user.age": "old"})])
    assert await add_facts(session, [SubjectValues(ANN, {"user.age": 40})]) == FactsAdded(1, 1, [])
