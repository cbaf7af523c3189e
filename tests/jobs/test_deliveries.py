"""What is announced reaches those who want to know, from a real database to real receivers. Only the clock is ours."""

import asyncio
import hashlib
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import psycopg
import pytest

from tessella.domain.alerts.alert import Alert, AlertState, Raised
from tessella.domain.alerts.rules import AUDIENCE_STALE, WEBHOOK_FAILING
from tessella.domain.identifiers import Instant, Namespace, SegmentId, SubjectId
from tessella.domain.notices.notice import Event, Notice, membership_notice
from tessella.domain.notices.urls import Reach
from tessella.domain.notices.webhook import Webhook
from tessella.domain.privacy.consent import ConsentChange
from tessella.jobs.deliveries import MOST, MOST_OF_NAMESPACE, Deliveries
from tessella.notify.webhooks import HttpWebhooks
from tessella.ports.clock import present
from tessella.storage.scope import system
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.storage.times import micros
from tessella.usecases.deliver import Courier
from tests.database import Dsns, eventually, link_to, session_elsewhere, session_of, storage_with, until
from tests.receivers import BROKEN, OK, Receiver, receiver
from tests.sharing import share

pytestmark = pytest.mark.anyio

HOUR = 3_600_000_000
STALE = Raised(AUDIENCE_STALE, "", "The disk is full.")
BOTH = frozenset({Event.ALERT_RAISED, Event.ALERT_RESOLVED})


@dataclass
class Clock:
    """Time that passes when it is told to."""

    now: int

    def __call__(self) -> Instant:
        return Instant(self.now)


@pytest.fixture(autouse=True)
def empty_outbox(database: Dsns) -> None:
    """All tests share the outbox, and a worker takes what it finds there."""
    with psycopg.connect(database.app) as connection:
        connection.execute("DELETE FROM jobs.outbox")


@pytest.fixture
def clock() -> Clock:
    return Clock(present() + 1_000_000)


@pytest.fixture
def deliveries(storage: Storage, clock: Clock) -> Deliveries:
    return worker(storage, clock)


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> StoredSession:
    return await session_of(storage, namespace)


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


def worker(storage: Storage, clock: Callable[[], Instant], timeout_seconds: float = 5.0) -> Deliveries:
    sender = HttpWebhooks(Reach.ANYWHERE, timeout_seconds=timeout_seconds)
    return Deliveries(Courier(storage.outbox, sender, None, clock, lambda: 0.0))


async def deliver_all(deliveries: Deliveries) -> int:
    """Deliver until nothing is due; returns how many attempts that took."""
    attempts = 0
    while begun := await deliveries.begin():
        await deliveries.settle()
        attempts += begun
    return attempts


async def add(session: StoredSession, hook: Receiver, events: frozenset[Event] = BOTH) -> tuple[str, str]:
    stored, secret = await session.add_webhook(Webhook(hook.url, events))
    return stored.webhook_id, secret


async def only_alert(session: StoredSession, rule: str) -> Alert:
    found, _ = await session.alerts(state=None, limit=10, cursor=None)
    (alert,) = [each for each in found if each.rule == rule]
    return alert


def deliveries_of(database: Dsns, namespace: Namespace) -> list[tuple[str, int, str | None]]:
    with psycopg.connect(database.superuser) as connection:
        return connection.execute(
            "SELECT state, attempts, body FROM tessella.deliveries WHERE namespace = %s ORDER BY delivery_id",
            [namespace],
        ).fetchall()


async def test_an_alert_reaches_a_webhook_signed_so_that_its_receiver_can_tell(session, hook, deliveries, clock):
    _, secret = await add(session, hook)
    alert = await session.raise_alert(STALE)
    assert await deliver_all(deliveries) == 1
    (got,) = hook.received
    timestamp = got.headers["tessella-timestamp"]
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + got.body, hashlib.sha256).hexdigest()
    assert got.headers["tessella-signature"] == f"v1={expected}"
    assert int(timestamp) == clock.now // 1_000_000
    assert got.headers["tessella-delivery"] == got.told["delivery_id"]
    assert (got.told["event"], got.told["namespace"]) == ("alert.raised", session.caller.namespace)
    assert got.told["alert"]["alert_id"] == alert.alert_id
    assert got.told["alert"]["detail"] == "The disk is full."


async def test_an_alert_that_is_seen_again_is_told_once_and_so_is_its_end(session, hook, deliveries):
    await add(session, hook)
    for _ in range(3):
        seen = await session.raise_alert(STALE)
    assert seen.seen == 3
    await session.resolve_alert(AUDIENCE_STALE, "")
    assert await session.resolve_alert(AUDIENCE_STALE, "") is None
    await deliver_all(deliveries)
    assert sorted(each.told["event"] for each in hook.received) == ["alert.raised", "alert.resolved"]


async def test_nobody_is_told_of_what_they_did_not_ask_for_or_while_switched_off(session, hook, deliveries):
    resolved_only, _ = await add(session, hook, frozenset({Event.ALERT_RESOLVED}))
    await session.raise_alert(STALE)
    assert await deliver_all(deliveries) == 0
    await session.change_webhook(resolved_only, Webhook(hook.url, BOTH, is_on=False))
    await session.resolve_alert(AUDIENCE_STALE, "")
    assert await deliver_all(deliveries) == 0


async def test_who_enters_a_segment_is_told_to_those_who_ask_for_that_segment(storage, session, hook, deliveries):
    namespace, entered = session.caller.namespace, frozenset({Event.SEGMENT_ENTERED})
    await session.add_webhook(Webhook(hook.url, entered, frozenset({SegmentId("vip")})))
    subjects = [SubjectId("ann"), SubjectId("bob")]
    notices = [
        membership_notice(Event.SEGMENT_ENTERED, SegmentId(segment), subjects, "c-1", present())
        for segment in ("vip", "other")
    ]
    async with storage._database.administering(system(namespace)) as connection:
        assert await storage._parts.announcer.announce(connection, namespace, notices, present()) == 1
    await share(session, subjects)
    await deliver_all(deliveries)
    (got,) = hook.received
    assert (got.told["segment_id"], got.told["subject_ids"]) == ("vip", ["ann", "bob"])


async def test_who_takes_consent_back_before_a_message_is_delivered_is_not_in_it(storage, session, hook, deliveries):
    namespace, left = session.caller.namespace, frozenset({Event.SEGMENT_LEFT})
    await session.add_webhook(Webhook(hook.url, left))
    notices = [
        membership_notice(Event.SEGMENT_LEFT, SegmentId(name), [SubjectId(each) for each in who], "c-1", present())
        for name, who in {"vip": ["ann", "bob", "carl"], "new": ["bob"]}.items()
    ]
    async with storage._database.administering(system(namespace)) as connection:
        assert await storage._parts.announcer.announce(connection, namespace, notices, present()) == 2
    await share(session, ["ann", "bob", "carl"])
    await session.change_consent(SubjectId("bob"), ConsentChange(personalization_enabled=False))
    await deliver_all(deliveries)
    (got,) = hook.received
    assert (got.told["segment_id"], got.told["subject_ids"]) == ("vip", ["ann", "carl"])


async def test_what_is_rolled_back_is_told_to_nobody(storage, session, hook, deliveries, database):
    await add(session, hook)
    namespace = session.caller.namespace
    notice = Notice(Event.ALERT_RAISED, present(), {})

    async def effect_that_fails() -> None:
        async with storage._database.administering(system(namespace)) as connection:
            assert await storage._parts.announcer.announce(connection, namespace, [notice], present()) == 1
            raise RuntimeError("the effect failed")

    with pytest.raises(RuntimeError, match="the effect failed"):
        await effect_that_fails()
    assert await deliver_all(deliveries) == 0
    assert deliveries_of(database, namespace) == []


async def test_a_receiver_that_is_broken_for_hours_gets_the_message_when_it_is_mended(
    session, deliveries, clock, database
):
    answers = [BROKEN] * 12 + [OK]
    async with receiver(lambda: answers.pop(0)) as hook:
        await add(session, hook)
        await session.raise_alert(STALE)
        pauses = []
        while answers:
            assert await deliver_all(deliveries) == 1
            pauses.append(until_due(database, clock) if answers else 0)
        assert pauses[:4] == [5, 10, 20, 40]
        assert pauses == [*sorted(pauses[:-1]), 0]
        assert len({each.headers["tessella-delivery"] for each in hook.received}) == 1
    assert deliveries_of(database, session.caller.namespace) == [("delivered", 13, None)]


def until_due(database: Dsns, clock: Clock) -> int:
    """Let time pass until something is due; returns the seconds."""
    began = clock.now
    with psycopg.connect(database.app) as connection:
        (clock.now,) = connection.execute(f"SELECT {micros('min(due_at)')} FROM jobs.outbox").fetchone()
    return (clock.now - began) // 1_000_000


async def test_after_a_day_in_vain_a_delivery_is_given_up_and_an_alert_raised_until_another_arrives(
    session, deliveries, clock, database
):
    answers = [BROKEN]
    async with receiver(lambda: answers[0]) as hook:
        webhook_id, _ = await add(session, hook, frozenset({Event.ALERT_RAISED}))
        await session.raise_alert(STALE)
        began = clock.now
        while clock.now < began + 30 * HOUR and not given_up(database, session.caller.namespace):
            await deliver_all(deliveries)
            clock.now += HOUR // 4
        assert 22 * HOUR < clock.now - began <= 24.5 * HOUR
        failing = await only_alert(session, WEBHOOK_FAILING.name)
        assert (failing.key, failing.state, failing.seen) == (webhook_id, AlertState.OPEN, 1)
        assert "The receiver answered 500" in failing.detail
        answers[0] = OK
        clock.now += 3 * HOUR
        await deliver_all(deliveries)
        assert (await only_alert(session, WEBHOOK_FAILING.name)).state is AlertState.RESOLVED


def given_up(database: Dsns, namespace: Namespace) -> bool:
    return any(state == "dead" for state, *_ in deliveries_of(database, namespace))


async def test_a_receiver_that_hangs_holds_up_no_other_and_gets_one_message_at_a_time(storage, session, hook, clock):
    async with receiver(lambda: None) as hanging:
        deliveries = worker(storage, clock, timeout_seconds=30)
        await add(session, hanging)
        for key in ("a", "b", "c"):
            await session.raise_alert(Raised(AUDIENCE_STALE, key, ""))
        await add(session, hook)
        for key in ("d", "e"):
            await session.raise_alert(Raised(AUDIENCE_STALE, key, ""))

        running = asyncio.create_task(deliveries.run())
        await until(lambda: len(hook.received) == 2, "the other receiver has its messages")
        assert hanging.connections == 1
        running.cancel()
        await asyncio.wait([running])


async def test_a_tenant_whose_receivers_all_hang_holds_up_no_other_tenant(storage, session, hook):
    async with receiver(lambda: None) as hanging:
        for _ in range(MOST):
            await add(session, hanging)
        await session.raise_alert(STALE)
        others = await session_elsewhere(storage)
        running = asyncio.create_task(worker(storage, present, timeout_seconds=30).run())
        await until(lambda: hanging.connections == MOST_OF_NAMESPACE, "all that a tenant gets at once hangs")
        await add(others, hook)
        await others.raise_alert(STALE)
        await until(lambda: len(hook.received) == 1, "the other tenant's message has come")
        assert hanging.connections == MOST_OF_NAMESPACE
        running.cancel()
        await asyncio.wait([running])


async def test_a_hanging_receiver_is_left_when_its_time_is_over(storage, session, clock, database):
    async with receiver(lambda: None) as hanging:
        await add(session, hanging)
        await session.raise_alert(STALE)
        await deliver_all(worker(storage, clock, timeout_seconds=0.2))
    ((state, attempts, body),) = deliveries_of(database, session.caller.namespace)
    assert (state, attempts) == ("waiting", 1)
    assert "alert.raised" in body


async def test_many_workers_deliver_each_message_once(database, storage, session, hook, clock, tmp_path):
    """A busy machine may cut a worker off from the database: what it had taken waits for the end of its time."""
    await add(session, hook)
    for number in range(40):
        await session.raise_alert(Raised(AUDIENCE_STALE, f"{number}", ""))
    cut_off: set[str] = set()
    async with storage_with(database.app, tmp_path / "home") as second:
        workers = [worker(each, clock) for each in (storage, second, storage)]
        while waiting := waiting_in(database):
            begun = await asyncio.gather(*(each.begin() for each in workers))
            await asyncio.gather(*(each.settle() for each in workers))
            if not any(begun):
                cut_off |= waiting
                clock.now += 61_000_000
    told = Counter(each.told["delivery_id"] for each in hook.received)
    assert len(told) == 40
    assert {each for each, times in told.items() if times > 1} <= cut_off


def waiting_in(database: Dsns) -> set[str]:
    with psycopg.connect(database.app) as connection:
        return {each for (each,) in connection.execute("SELECT delivery_id::text FROM jobs.outbox")}


async def test_what_a_dead_worker_had_taken_is_delivered_by_another_under_the_same_id(storage, session, hook, clock):
    await add(session, hook)
    await session.raise_alert(STALE)
    (taken,) = await storage.outbox.claim(clock(), most=10, busy=[], full=[])
    after = worker(storage, clock)
    assert await deliver_all(after) == 0
    clock.now += 61_000_000
    assert await deliver_all(after) == 1
    assert hook.received[0].headers["tessella-delivery"] == taken.delivery_id


async def test_a_message_whose_arrival_could_not_be_kept_comes_again_under_the_same_id(
    database, namespace, clock, tmp_path
):
    def answer() -> bytes:
        if len(hook.received) == 1:
            link.hang()
        return OK

    async with (
        receiver(answer) as hook,
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        await add(session, hook)
        await session.raise_alert(STALE)
        running = asyncio.create_task(worker(storage, clock).run())
        await until(lambda: not storage.health().database_is_up, "the database is away")
        await link.mend()
        await until(lambda: storage.health().database_is_up, "the database is back")
        clock.now += 61_000_000
        await until(lambda: len(hook.received) == 2, "the message came again")
        await eventually(lambda: is_delivered(database, namespace), "its arrival is kept")
        running.cancel()
        await asyncio.wait([running])
    assert len({each.headers["tessella-delivery"] for each in hook.received}) == 1


async def is_delivered(database: Dsns, namespace: Namespace) -> bool:
    return [state for state, *_ in deliveries_of(database, namespace)] == ["delivered"]


async def test_a_message_that_cannot_be_signed_waits_for_the_key(storage, session, hook, clock, database, tmp_path):
    await add(session, hook)
    await session.raise_alert(STALE)
    async with storage_with(database.app, tmp_path / "another-key") as without_key:
        assert await deliver_all(worker(without_key, clock)) == 1
    assert [each[:2] for each in deliveries_of(database, session.caller.namespace)] == [("waiting", 1)]
    clock.now += 10_000_000
    assert await deliver_all(worker(storage, clock)) == 1
    assert len(hook.received) == 1


async def test_another_tenants_webhook_is_never_told(storage, session, hook, deliveries):
    others = await session_elsewhere(storage)
    await add(others, hook)
    await session.raise_alert(STALE)
    await session.resolve_alert(AUDIENCE_STALE, "")
    assert await deliver_all(deliveries) == 0
    assert await others.alerts(state=None, limit=10, cursor=None) == ([], None)


async def test_a_webhook_that_is_deleted_takes_along_what_waits_for_it(session, hook, deliveries, database):
    webhook_id, _ = await add(session, hook)
    await session.raise_alert(STALE)
    await session.delete_webhook(webhook_id)
    assert await deliver_all(deliveries) == 0
    assert deliveries_of(database, session.caller.namespace) == []


async def test_what_waits_for_a_webhook_that_is_switched_off_is_not_sent(session, hook, deliveries, database):
    webhook_id, _ = await add(session, hook)
    await session.raise_alert(STALE)
    await session.change_webhook(webhook_id, Webhook(hook.url, BOTH, is_on=False))
    await deliver_all(deliveries)
    assert hook.received == []
    assert [state for state, *_ in deliveries_of(database, session.caller.namespace)] == ["dead"]


async def test_a_renewed_secret_signs_what_comes_after(session, hook, deliveries):
    webhook_id, first = await add(session, hook)
    _, second = await session.renew_webhook_secret(webhook_id)
    await session.raise_alert(STALE)
    await deliver_all(deliveries)
    (got,) = hook.received
    signed = got.headers["tessella-timestamp"].encode() + b"." + got.body
    made = [f"v1={hmac.new(each.encode(), signed, hashlib.sha256).hexdigest()}" for each in (first, second)]
    assert [got.headers["tessella-signature"] == each for each in made] == [False, True]
