"""Histories: what is read, what is remembered, and what is left of it while the database is away."""

from dataclasses import replace
from pathlib import Path

import pytest

from tessella.domain.errors import NotYours
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, Namespace, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.ranking.subject.events import NO_EVENTS, SubjectEvents, subject_events
from tessella.domain.ranking.subject.history import HISTORY_LENGTH
from tessella.storage.histories import RECEIVED_BY
from tessella.storage.memory import histories
from tessella.storage.memory.histories import Histories, KnownHistory
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import Dsns, eventually, fresh_namespace, link_to, scoped, session_of, storage_with, until

pytestmark = pytest.mark.anyio

ANN = SubjectId("ann")
NOON = 1_700_000_000_000_001


def event(name: str, item_id: str | None, at: int, event_type: str = "purchase", subject: str = ANN) -> Event:
    return Event(name, SubjectId(subject), event_type, Instant(NOON + at), item_id)


async def items_of(session: StoredSession, subject: SubjectId = ANN) -> list[str]:
    return list((await session.history(subject)).item_ids)


async def test_a_history_has_what_was_done_with_items_newest_first(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.add_events(
        [
            event("1", "tea", 1), event("2", "milk", 3, "view"), event("3", None, 4, "login"),
            event("4", "rice", 2), event("5", "soap", 5, subject="bob"),
        ]
    )  # fmt: skip
    found = await session.history(ANN)
    assert found.item_ids == ("milk", "rice", "tea")
    assert found.event_types == ("view", "purchase", "purchase")
    assert found.times == (NOON + 3, NOON + 2, NOON + 1)
    assert found.as_of is not None
    assert abs(found.as_of - session.now()) < 60_000_000


async def test_what_was_only_shown_is_not_in_a_history(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.add_events([event("1", "tea", 1, "impression"), event("2", "tea", 2, "click")])
    assert (await session.history(ANN)).event_types == ("click",)


async def test_a_history_ends_after_a_thousand_events(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.add_events([event(str(number), f"item-{number}", number) for number in range(HISTORY_LENGTH + 5)])
    found = await items_of(session)
    assert (len(found), found[0], found[-1]) == (HISTORY_LENGTH, f"item-{HISTORY_LENGTH + 4}", "item-5")


async def test_events_of_one_moment_are_in_the_same_order_each_time(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.add_events([event(name, f"item-{name}", 0) for name in "bdac"])
    assert await items_of(session) == ["item-d", "item-c", "item-b", "item-a"]


async def test_a_digest_tells_histories_apart(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.add_events([event("1", "tea", 1), event("2", "tea", 1, subject="bob")])
    ann, bob = (await session.histories([ANN, SubjectId("bob")])).values()
    assert ann.digest == bob.digest
    await session.add_events([event("3", "tea", 1)])
    assert (await session.history(ANN)).digest != bob.digest


async def test_what_this_process_writes_is_in_a_history_at_once(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    for number, name in enumerate(("a", "b", "c")):
        await session.add_events([event(name, name, number)])
        assert (await items_of(session))[0] == name


async def test_what_another_process_writes_is_in_a_history_soon(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "FRESH_SECONDS", 0.3)
    here = await session_of(storage, namespace)
    async with storage_with(database.app, tmp_path / "other") as other:
        there = await session_of(other, namespace)
        assert await items_of(there) == []
        await here.add_events([event("1", "tea", 1)])

        async def sees_it() -> bool:
            return await items_of(there) == ["tea"]

        await eventually(sees_it, "the other process read it again")


async def test_a_history_is_read_once_and_then_from_memory(
    storage: Storage, namespace: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await session_of(storage, namespace)
    monkeypatch.setattr(histories, "FRESH_SECONDS", 3600.0)
    await remembered(session)
    assert await is_from_memory(session)


async def is_from_memory(session: StoredSession) -> bool:
    first = await session.history(ANN)
    return await session.history(ANN) is first


async def remembered(session: StoredSession) -> SubjectEvents:
    """What is known of Ann, once that is in memory: the watcher, when it has begun, has all read again, once."""
    await eventually(lambda: is_from_memory(session), "the watcher has begun")
    return await session.history(ANN)


async def test_the_history_of_a_subject_who_opted_out_is_not_read_and_not_remembered(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await session.add_events([event("1", "tea", 1)])
    assert await items_of(session) == ["tea"]
    await session.set_consent(ANN, Consent(personalization_enabled=False))
    assert await items_of(session) == []
    await session.set_consent(ANN, Consent())
    assert await items_of(session) == ["tea"]


async def test_two_namespaces_have_their_own_histories_of_a_subject(storage: Storage, namespace: Namespace) -> None:
    other = fresh_namespace()
    await storage.administration.create_namespace(other)
    here, there = await session_of(storage, namespace), await session_of(storage, other)
    await here.add_events([event("1", "tea", 1)])
    await there.add_events([event("1", "milk", 1)])
    assert (await items_of(here), await items_of(there)) == (["tea"], ["milk"])
    assert (await items_of(here), await items_of(there)) == (["tea"], ["milk"])


@pytest.mark.parametrize(("role", "own"), [(Role.CLIENT, "bob"), (Role.READER, "bob"), (Role.MONITOR, None)])
async def test_nobody_reads_the_history_of_another(
    storage: Storage, namespace: Namespace, role: Role, own: str | None
) -> None:
    await (await session_of(storage, namespace)).history(ANN)
    session = await session_of(storage, namespace, role, own)
    with pytest.raises(NotYours):
        await session.history(ANN)
    with pytest.raises(NotYours):
        await session.histories([ANN])
    with pytest.raises(NotYours):
        await session.history_received_by(ANN, Instant(NOON))


async def test_a_history_is_found_again_as_it_was_received_by_a_moment(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.add_events([event("1", "tea", 1)])
    then = await session.history(ANN)
    await session.add_events([event("2", "milk", 2), event("3", "rice", 0)])
    assert then.as_of is not None
    assert await session.history_received_by(ANN, then.as_of) == then
    assert len(await session.history(ANN)) == 3


async def test_while_the_database_is_away_the_last_known_history_serves_as_stale(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with (
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        await session.add_events([event("1", "tea", 1)])
        known = await remembered(session)
        await link.cut()
        await until(lambda: not storage.health().database_is_up, "the loss was noticed")
        assert await session.history(ANN) == replace(known, stale=True)
        assert await session.history(SubjectId("never seen")) == replace(NO_EVENTS, stale=True)
        await link.mend()
        await until(lambda: storage.health().database_is_up, "the database was back")
        assert not (await session.history(SubjectId("never seen"))).stale


def test_the_index_of_histories_serves_the_statement_in_its_order(database: Dsns, namespace: Namespace) -> None:
    asked = {"namespace": namespace, "subject_id": ANN, "until": NOON}
    with scoped(database.app, namespace, "system") as connection:
        # A few rows are as well sorted. Where sorting is dear, as of many, the order has to come from the index.
        connection.execute("SET LOCAL enable_sort = off")
        plan = connection.execute(f"EXPLAIN {RECEIVED_BY}", asked).fetchall()
    assert any("events_of_subject" in line for (line,) in plan)
    assert not any("Sort" in line for (line,) in plan)


def test_histories_stay_within_their_bytes_and_the_longest_unused_goes_first() -> None:
    loaded = LoadedNamespace(Namespace("shop"))
    one = KnownHistory(subject_events(["tea"], ["view"], [NOON], Instant(NOON)), 0.0, loaded.trust)
    memory = Histories(capacity_bytes=3 * one.bytes)
    for name in "abcd":
        memory.keep(loaded, SubjectId(name), one)
    assert (len(memory), memory.bytes) == (3, 3 * one.bytes)
    assert memory.stale(loaded, SubjectId("a")).events.digest == ""
    assert memory.stale(loaded, SubjectId("b")).events.digest == one.events.digest


def test_a_history_that_changed_while_it_was_read_is_not_remembered() -> None:
    loaded = LoadedNamespace(Namespace("shop"))
    memory = Histories(capacity_bytes=10_000)
    memory._reading[loaded.namespace, ANN] = 1.0
    memory.forget(loaded, [ANN])
    memory.keep(loaded, ANN, memory.read(loaded, [ANN, NOON, None]))
    assert len(memory) == 0
