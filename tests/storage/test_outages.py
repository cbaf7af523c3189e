"""Links that are slow or end at the worst moment, clocks that jump: what is stored, seen and decided then."""

import re
import time
from pathlib import Path

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import StaleVersion
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, Namespace, Role, SubjectId
from tessella.storage.errors import DatabaseAway
from tessella.storage.store import Storage
from tests.database import Dsns, define, link_to, publish, scoped, session_of, storage_with, until
from tests.storage.rows import count

pytestmark = pytest.mark.anyio

ANN = SubjectId("ann")


def event(name: str) -> Event:
    return Event(name, ANN, "buy", Instant(1_700_000_000_000_000))


async def test_of_five_changes_while_nobody_could_tell_of_them_none_is_missed(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    near = await session_of(storage, namespace)
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "far") as far:
        await session_of(far, namespace)
        await link.cut()
        for number in range(5):
            await define(near, Kind.SEGMENT, f"s{number}", segment_id=f"s{number}")
        await link.mend()
        await until(lambda: far.health().states[namespace].version == 5, "the newest version was loaded")
        segments = (await session_of(far, namespace)).snapshot().definitions.segments
        assert sorted(segments) == [f"s{number}" for number in range(5)]


async def test_over_a_link_that_is_a_little_slow_everything_works(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home", namespace) as storage:
        session = await session_of(storage, namespace)
        link.delay_seconds = 0.05
        assert not (await session.known(ANN)).facts.stale
        assert (await session.add_events([event("e1")])).accepted == 1
        assert storage.health().database_is_up


async def test_over_a_link_that_is_too_slow_decisions_go_on_and_writes_are_refused_at_once(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home", namespace) as storage:
        session = await session_of(storage, namespace)
        link.delay_seconds = 0.5
        await until(lambda: not storage.health().database_is_up, "the pulse had stopped")
        assert (await session.known(ANN)).facts.stale
        assert (await session_of(storage, namespace)).snapshot().version == 0
        for number in range(100):
            with pytest.raises(DatabaseAway):
                await session.add_events([event(f"e{number}")])
        assert storage.health().writer.awaited_rows == 0
        link.delay_seconds = 0
        await until(lambda: storage.health().database_is_up, "the database was back")
        assert (await session.add_events([event("e1")])).accepted == 1


async def test_a_publish_whose_commit_was_not_answered_is_in_doubt_and_not_made_twice(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home", namespace) as storage:
        session = await session_of(storage, namespace)
        link.hang_after = re.compile(rb"pg_notify.*COMMIT", re.DOTALL)
        with pytest.raises(DatabaseAway):
            await publish(session, Kind.SEGMENT, "vip", {"segment_id": "vip"}, expected=0)
        await link.mend()
        await until(lambda: storage.health().states[namespace].version == 1, "what was committed was seen")
        with pytest.raises(StaleVersion):
            await publish(session, Kind.SEGMENT, "vip", {"segment_id": "vip"}, expected=0)
        assert (await session_of(storage, namespace)).snapshot().version == 1


async def test_events_whose_commit_was_not_answered_are_stored_once_when_they_are_sent_again(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home", namespace) as storage:
        session = await session_of(storage, namespace)
        link.hang_after = re.compile(rb"INTO tessella.events.*COMMIT", re.DOTALL)
        with pytest.raises(DatabaseAway):
            await session.add_events([event("e1")])
        await link.mend()
        await until(lambda: storage.health().database_is_up, "the database was back")
        again = await session.add_events([event("e1"), event("e2")])
        assert again.accepted + again.duplicates == 2
        with scoped(database.app, namespace, Role.ADMIN) as connection:
            assert count(connection, "events") == 2


async def test_a_statement_that_is_swallowed_ends_with_its_request(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home", namespace) as storage:
        session = await session_of(storage, namespace)
        link.hang_after = re.compile(rb"tessella.active_definitions")
        with pytest.raises(DatabaseAway):
            await session.stored(Kind.SEGMENT)
        await link.mend()
        await until(lambda: storage.health().database_is_up, "the database was back")
        assert await session.stored(Kind.SEGMENT) == []


@pytest.mark.parametrize("jump_seconds", [-3600, 3600])
async def test_a_clock_that_jumps_neither_ends_nor_lengthens_what_is_remembered(
    storage: Storage, namespace: Namespace, time_machine, jump_seconds: int
) -> None:
    key = await storage.administration.create_key(namespace, Role.ADMIN)
    session = await session_of(storage, namespace)
    await storage.keys.verify(key)
    await session.known(ANN)
    hits = storage.health().subject_hits
    time_machine.move_to(time.time() + jump_seconds, tick=True)
    await session.known(ANN)
    assert storage.health().subject_hits == hits + 1
    assert (await session.add_events([event("e1")])).accepted == 1
    await storage.administration.revoke_key(namespace, key.split(".")[1])
    health = storage.health()
    assert health.writer.oldest_seconds >= 0
    assert health.states[namespace].age_seconds >= 0
    assert health.database_is_up
