"""Sets of events and facts in CSV: stored whole or not at all, and as safe to repeat as one by one."""

import csv
import io
from collections.abc import AsyncIterator, Iterable

import psycopg
import pytest
from psycopg import sql

from tessella.domain.definitions import Kind
from tessella.domain.errors import WrongShape
from tessella.domain.features.event import Event
from tessella.domain.features.subject import NO_FACTS
from tessella.domain.identifiers import FeatureName, Instant, Namespace, Role, SubjectId
from tessella.domain.privacy.consent import Consent, Whose
from tessella.storage.bulk import add_events_csv, events_until, stream_events
from tessella.storage.scope import SET_SCOPE
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import Dsns, define, session_of

pytestmark = pytest.mark.anyio

ANN, BOB = SubjectId("ann"), SubjectId("bob")
MONDAY, TUESDAY = 1_700_000_000_000_001, 1_700_086_400_000_002
TIER = FeatureName("user.tier")


async def pieces(rows: Iterable[Iterable[object]], size: int = 7) -> AsyncIterator[bytes]:
    """CSV in pieces that end anywhere."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    written = text.getvalue().encode()
    for start in range(0, len(written), size):
        yield written[start : start + size]


def event_rows(*event_ids: str, subject: str = ANN) -> list[list[object]]:
    return [[each, subject, "buy", MONDAY, "item", 2.5, '{"store": "7, \\"x\\""}'] for each in event_ids]


async def read(session: StoredSession, *columns: str, until: int = TUESDAY) -> list[list[str]]:
    streamed = b"".join([piece async for piece in session.stream_events(columns, until=Instant(until))])
    return sorted(csv.reader(io.StringIO(streamed.decode())))


async def declared(storage: Storage, namespace: Namespace) -> StoredSession:
    session = await session_of(storage, namespace)
    await define(session, Kind.FEATURE, TIER, name=TIER, type="string")
    return session


async def test_events_are_stored_and_streamed_back_as_they_came(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    rows = [*event_rows("e1"), ["e2", BOB, "visit", -1, "", "", ""]]
    assert await session.add_events_csv(pieces(rows)) == 2
    assert await read(session, "event_id", "subject_id", "event_type", "occurred_at", "item_id", "value") == [
        ["e1", "ann", "buy", str(MONDAY), "item", "2.5"],
        ["e2", "bob", "visit", "-1", "", ""],
    ]
    assert await read(session, "event_id", "properties.store", "properties") == [
        ["e1", '"7, \\"x\\""', '{"store": "7, \\"x\\""}'],
        ["e2", "", "{}"],
    ]


async def test_events_since_a_moment_are_those_from_then_on(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    moments = {"e1": MONDAY - 1, "e2": MONDAY, "e3": TUESDAY, "e4": TUESDAY + 1}
    await session.add_events_csv(pieces([name, ANN, "buy", moment, "", "", ""] for name, moment in moments.items()))
    streamed = session.stream_events(["event_id"], since=Instant(MONDAY), until=Instant(TUESDAY))
    assert sorted(b"".join([piece async for piece in streamed]).split()) == [b"e2", b"e3"]


@pytest.mark.parametrize("whose", Whose)
async def test_who_may_be_read_is_looked_up_once_for_all_events_before_there_are_statistics(
    migrated: Dsns, namespace: Namespace, whose: Whose
) -> None:
    """Until then the planner expects a few of each, and would go through the events for every subject."""
    async with await psycopg.AsyncConnection.connect(migrated.app) as connection:
        await connection.execute(SET_SCOPE, [namespace, Role.ADMIN, ""])
        await add_events_csv(connection, namespace, pieces(event_rows(*(f"e{each}" for each in range(2000)))))
        asked = (namespace, ["event_id"], Instant(TUESDAY), None, whose)
        streamed = b"".join([piece async for piece in stream_events(connection, *asked)])
        plan = await (await connection.execute(sql.SQL("EXPLAIN {}").format(events_until(*asked)))).fetchall()
    assert len(streamed.split()) == (2000 if whose is Whose.PERSONALIZED else 0)
    assert [line for (line,) in plan if "Hash" in line]
    assert not [line for (line,) in plan if "Nested Loop" in line]


async def test_a_file_that_is_sent_again_adds_what_is_new(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    assert await session.add_events_csv(pieces(event_rows("e1", "e2"))) == 2
    assert await session.add_events_csv(pieces(event_rows("e1", "e2", "e3", "e3"))) == 1
    assert await read(session, "event_id") == [["e1"], ["e2"], ["e3"]]


async def test_the_same_event_sent_alone_and_in_a_file_is_no_conflict(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.add_events_csv(pieces(event_rows("e1")))
    alone = Event("e1", ANN, "buy", Instant(MONDAY), "item", 2.5, {"store": '7, "x"'})
    assert (await session.add_events([alone])).accepted == 0


async def test_a_file_that_breaks_off_in_a_fault_leaves_nothing(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    with pytest.raises(psycopg.DataError):
        await session.add_events_csv(pieces([*event_rows("e1"), ["e2", "ann", "buy", "yesterday", "", "", ""]]))
    assert await read(session, "event_id") == []


async def test_a_set_cannot_reach_beyond_what_the_role_may_write(storage: Storage, namespace: Namespace) -> None:
    client = await session_of(storage, namespace, Role.CLIENT, ANN)
    assert await client.add_events_csv(pieces(event_rows("e1"))) == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await client.add_events_csv(pieces(event_rows("e2", subject=BOB)))
    assert await read(await session_of(storage, namespace), "event_id") == [["e1"]]


async def test_events_of_later_moments_and_of_subjects_who_opted_out_are_not_streamed(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await session.add_events_csv(pieces([*event_rows("e1"), *event_rows("e2", subject=BOB)]))
    assert await read(session, "event_id", until=MONDAY - 1) == []
    assert await read(session, "event_id", until=MONDAY) == [["e1"], ["e2"]]
    await session.set_consent(BOB, Consent(personalization_enabled=False))
    assert await read(session, "event_id") == [["e1"]]


async def test_a_column_that_events_do_not_have_is_refused(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    with pytest.raises(WrongShape, match='no column "namespace"'):
        await read(session, "namespace")
    assert await read(session, "properties.'; DROP TABLE x; --") == []


async def test_facts_of_a_file_follow_the_same_rule_of_time(storage: Storage, namespace: Namespace) -> None:
    session = await declared(storage, namespace)
    assert (await session.known(ANN)).facts == NO_FACTS
    assert await session.add_facts_csv(pieces([[ANN, TIER, '"new"', TUESDAY], [BOB, TIER, '"b"', MONDAY]])) == 2
    assert await session.add_facts_csv(pieces([[ANN, TIER, '"old"', MONDAY], [BOB, TIER, '"b"', MONDAY]])) == 0
    assert (await session.known(ANN)).facts.values == {TIER: "new"}


async def test_a_set_that_is_replaced_takes_back_what_it_no_longer_holds(
    storage: Storage, namespace: Namespace
) -> None:
    session = await declared(storage, namespace)
    await session.add_facts_csv(pieces([[ANN, TIER, '"a"', MONDAY], [BOB, TIER, '"b"', MONDAY]]))
    await session.add_facts_csv(pieces([[BOB, "user.other", '"kept"', MONDAY]]))
    assert (await session.known(BOB)).facts.values == {TIER: "b"}
    assert await session.replace_facts_csv([TIER], Instant(TUESDAY), pieces([[ANN, TIER, '"c"', TUESDAY]])) == 1
    assert (await session.known(ANN)).facts.values == {TIER: "c"}
    assert (await session.known(BOB)).facts == NO_FACTS
    assert [(each.feature, each.value) for each in await session.stored_facts(BOB)] == [("user.other", "kept")]


async def test_what_was_taken_back_does_not_rise_again_from_an_older_file(
    storage: Storage, namespace: Namespace
) -> None:
    session = await declared(storage, namespace)
    await session.add_facts_csv(pieces([[BOB, TIER, '"b"', MONDAY]]))
    await session.replace_facts_csv([TIER], Instant(TUESDAY), pieces([]))
    assert await session.add_facts_csv(pieces([[BOB, TIER, '"b"', MONDAY]])) == 0
    assert (await session.known(BOB)).facts == NO_FACTS
