"""Group commit: nothing acknowledged is lost, nothing sent twice is stored twice, and nobody pays for another's row."""

import asyncio
import random
from pathlib import Path

import psycopg
import pytest

from tessella.domain.errors import TessellaError
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, Json, Namespace, Role, SubjectId
from tessella.ports import Caller, EventsAdded, KeptAnswer, Once
from tessella.storage.errors import DatabaseAway, EventConflict, QueueFull, RowsDenied, RowsRefused
from tessella.storage.store import Storage
from tests.database import Dsns, link_to, scoped, session_of, storage_with, until

pytestmark = pytest.mark.anyio


def event(event_id: str, *, subject: str = "ann", value: float | None = None, **properties: Json) -> Event:
    return Event(event_id, SubjectId(subject), "buy", Instant(1_700_000_000_000_001), "item", value, properties)


def stored(database: Dsns, namespace: Namespace) -> list[str]:
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        return [row[0] for row in connection.execute("SELECT event_id FROM tessella.events ORDER BY 1")]


async def test_an_event_is_stored_as_it_was_sent(storage: Storage, namespace: Namespace, database: Dsns) -> None:
    session = await session_of(storage, namespace)
    assert (await session.add_events([event("e1", value=2.5, store="7")])).accepted == 1
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        found = connection.execute(
            "SELECT event_id, subject_id, event_type, (extract(epoch FROM occurred_at) * 1000000)::bigint, item_id, "
            "value, properties FROM tessella.events"
        )
        assert found.fetchall() == [("e1", "ann", "buy", 1_700_000_000_000_001, "item", 2.5, {"store": "7"})]


async def test_an_event_sent_again_is_not_new(storage: Storage, namespace: Namespace, database: Dsns) -> None:
    session = await session_of(storage, namespace)
    assert (await session.add_events([event("e1"), event("e1"), event("e2")])).accepted == 2
    assert (await session.add_events([event("e2"), event("e3")])).accepted == 1
    assert stored(database, namespace) == ["e1", "e2", "e3"]


def faults(added: EventsAdded) -> list[tuple[str, type[TessellaError]]]:
    return [(each.pointer, type(each)) for each in added.rejected]


async def test_an_event_id_with_another_body_is_refused_and_the_rest_is_stored(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    await session.add_events([event("e1", value=1.0)])
    added = await session.add_events([event("e2"), event("e1", value=2.0), event("e1", value=1.0)])
    assert (added.accepted, added.duplicates, faults(added)) == (1, 1, [("/1", EventConflict)])
    assert stored(database, namespace) == ["e1", "e2"]


async def test_of_an_event_id_twice_in_one_request_with_different_bodies_the_first_is_stored(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    added = await session.add_events([event("e1", value=1.0), event("e2"), event("e1", value=2.0)])
    assert (added.accepted, faults(added)) == (2, [("/2", EventConflict)])
    assert (await session.add_events([event("e1", value=1.0)])).duplicates == 1


async def test_of_two_senders_in_one_commit_with_different_bodies_the_second_is_refused(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    sent = [[event("e1", value=float(number % 2))] for number in range(10)]
    added = await asyncio.gather(*map(session.add_events, sent))
    assert [(each.accepted, each.duplicates, len(each.rejected)) for each in added] == [(1, 0, 0)] + [
        (0, 0, 1),
        (0, 1, 0),
    ] * 4 + [(0, 0, 1)]


async def test_an_event_sent_to_two_servers_with_different_bodies_is_stored_once_and_refused_once(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "other") as other:
        for number in range(20):
            senders = [await session_of(each, namespace) for each in (storage, other)]
            sent = zip(senders, (1.0, 2.0), strict=True)
            added = await asyncio.gather(*(by.add_events([event(f"e{number}", value=value)]) for by, value in sent))
            assert sorted((each.accepted, len(each.rejected)) for each in added) == [(0, 1), (1, 0)]


async def test_servers_that_receive_the_same_events_in_opposite_orders_do_not_lock_one_another_out(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "other") as other:
        here, there = await session_of(storage, namespace), await session_of(other, namespace)
        for number in range(20):
            events = [event(f"e{number}-{at:03}") for at in range(200)]
            added = await asyncio.gather(here.add_events(events), there.add_events(events[::-1]))
            assert [each.accepted + each.duplicates for each in added] == [200, 200]
            assert sum(each.accepted for each in added) == 200


async def test_an_event_id_of_somebody_else_is_refused_and_not_called_a_duplicate(
    storage: Storage, namespace: Namespace
) -> None:
    ann, bob = [await session_of(storage, namespace, Role.CLIENT, name) for name in ("ann", "bob")]
    await ann.add_events([event("e1", subject="ann")])
    assert faults(await bob.add_events([event("e1", subject="bob")])) == [("/0", EventConflict)]


async def test_senders_who_wait_together_learn_each_what_was_new_of_theirs(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    requests = [[event(f"e{number}"), event("shared")] for number in range(50)]
    counts = await asyncio.gather(*map(session.add_events, requests))
    assert sorted(each.accepted for each in counts) == [1] * 49 + [2]


async def test_one_poison_row_among_many_senders_fails_its_own_sender_only(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    requests = [[event(f"e{number:02}")] for number in range(40)]
    requests[17] = [event("e17", note="a\0b")]
    added = await asyncio.gather(*map(session.add_events, requests))
    assert [each.accepted for each in added] == [1] * 17 + [0] + [1] * 22
    assert faults(added[17]) == [("/0", RowsRefused)]
    assert stored(database, namespace) == [f"e{number:02}" for number in range(40) if number != 17]


async def test_poison_rows_of_one_sender_fail_alone_and_are_named(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    poisoned = {3: event("e003", note="a\0b"), 500: event("e500", subject="x" * 257), 999: event("e999", note="\0")}
    events = [poisoned.get(at, event(f"e{at:03}")) for at in range(1000)]
    added = await session.add_events(events)
    assert (added.accepted, faults(added)) == (997, [(f"/{at}", RowsRefused) for at in poisoned])
    assert len(stored(database, namespace)) == 997
    assert storage.health().writer.awaited_rows == 0


async def test_a_sender_of_nothing_but_poison_costs_the_others_little(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    bad, good = await asyncio.gather(
        session.add_events([event(f"b{at}", note="\0") for at in range(1000)]), session.add_events([event("good")])
    )
    assert (bad.accepted, len(bad.rejected), good.accepted) == (0, 1000, 1)


async def test_namespaces_and_roles_that_share_a_commit_keep_to_themselves(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    other = Namespace(f"{namespace}-other")
    await storage.administration.create_namespace(other)
    admin, elsewhere = await session_of(storage, namespace), await session_of(storage, other)
    ann = await session_of(storage, namespace, Role.CLIENT, "ann")
    reader = await session_of(storage, namespace, Role.READER, "ann")
    outcomes = await asyncio.gather(
        admin.add_events([event("e1")]),
        elsewhere.add_events([event("e1")]),
        ann.add_events([event("e2")]),
        ann.add_events([event("e3", subject="bob")]),
        reader.add_events([event("e4")]),
        return_exceptions=True,
    )
    assert [each.accepted for each in outcomes[:3] if isinstance(each, EventsAdded)] == [1, 1, 1]
    assert [type(each) for each in outcomes[3:]] == [RowsDenied, RowsDenied]
    assert (stored(database, namespace), stored(database, other)) == (["e1", "e2"], ["e1"])


async def test_a_full_queue_refuses_at_once(database: Dsns, namespace: Namespace, tmp_path: Path) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace, write_queue_rows=3) as storage:
        session = await session_of(storage, namespace)
        with pytest.raises(QueueFull):
            await session.add_events([event(f"e{number}") for number in range(4)])
        assert (await session.add_events([event("e1")])).accepted == 1
        assert storage.health().writer.awaited_rows == 0


async def test_a_lost_connection_is_made_anew_and_the_batch_is_sent_again(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    await session.add_events([event("e1")])
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tessella_app'")
    assert (await session.add_events([event("e2")])).accepted == 1
    assert stored(database, namespace) == ["e1", "e2"]


@pytest.mark.parametrize("fault", ["cut", "hang"])
async def test_a_write_that_cannot_be_acknowledged_says_so_and_can_be_repeated(
    database: Dsns, namespace: Namespace, tmp_path: Path, fault: str
) -> None:
    async with (
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        await session.add_events([event("e1")])
        await link.cut() if fault == "cut" else link.hang()
        with pytest.raises(DatabaseAway):
            await session.add_events([event("e2")])
        await link.mend()
        await until(lambda: storage.health().database_is_up, "the database was back")
        await session.add_events([event("e2")])
        assert stored(database, namespace) == ["e1", "e2"]
        assert storage.health().writer.awaited_rows == 0


async def test_a_queue_of_too_many_bytes_refuses_at_once(database: Dsns, namespace: Namespace, tmp_path: Path) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace, write_queue_bytes=1000) as storage:
        session = await session_of(storage, namespace)
        with pytest.raises(QueueFull):
            await session.add_events([event("e1", text="x" * 1000)])
        assert (await session.add_events([event("e1")])).accepted == 1
        assert storage.health().writer.awaited_bytes == 0


async def test_what_waits_when_a_server_ends_is_written_and_acknowledged(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace) as storage:
        session = await session_of(storage, namespace)
        waiting = [asyncio.create_task(session.add_events([event(f"e{number:03}")])) for number in range(300)]
        await asyncio.sleep(0)
    assert [(await each).accepted for each in waiting] == [1] * 300
    assert len(stored(database, namespace)) == 300


async def test_what_senders_gave_up_takes_no_room_in_the_queue_while_the_database_is_away(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with (
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace, write_queue_rows=2) as storage,
    ):
        session = await session_of(storage, namespace)
        await session.add_events([event("e1")])
        await link.cut()
        for number in range(3):
            with pytest.raises(DatabaseAway):
                await session.add_events([event(f"a{number}"), event(f"b{number}")])
            await until(lambda: storage.health().writer.awaited_rows == 0, "there was room")
        await link.mend()
        await until(lambda: storage.health().database_is_up, "the database was back")
        assert (await session.add_events([event("e2")])).accepted == 1
        figures = storage.health().writer
        assert (figures.awaited_rows, figures.awaited_bytes, figures.oldest_seconds) == (0, 0, 0.0)


async def test_a_fault_of_ours_fails_its_sender_and_the_writer_goes_on(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    def broken(_: EventsAdded) -> KeptAnswer:
        raise RuntimeError("a fault of ours")

    caller = Caller(namespace, Role.ADMIN)
    session = await storage.session(caller, Once("k", "POST /", b"b" * 32, broken))
    with pytest.raises(DatabaseAway):
        await session.add_events([event("e1")])
    assert (await (await storage.session(caller)).add_events([event("e1")])).accepted == 1
    assert storage.health().writer.awaited_rows == 0


async def test_a_thousand_events_of_the_most_properties_are_taken(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    text = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=16_000))
    whole = [event(f"e{at}", text=text[at:] + text[:at]) for at in range(1000)]
    assert (await session.add_events(whole)).accepted == 1000
