"""Assignments and rewards: each is stored once, holds for ever, and is counted exactly once."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tessella.domain.errors import NotAssigned, NotYours, RewardBeforeAssignment
from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import HOUR_US, MINUTE_US
from tessella.domain.experiments.assignment.conversion import Conversion, ConversionOutcome
from tessella.domain.experiments.tally import MERGED, Tally
from tessella.domain.identifiers import Instant, Namespace, Role, SubjectId
from tessella.ports import AlreadyAnswered, Caller, KeptAnswer, Once
from tessella.ports.clock import present
from tessella.storage.experiments.counted.assignments import ASSIGN, sent
from tessella.storage.experiments.memory.loaded import LoadedExperiments
from tessella.storage.scope import SET_SCOPE
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import Dsns, fresh_namespace, session_of, storage_with
from tests.storage.experiments_support import RULES, X, assignment, reward

pytestmark = pytest.mark.anyio

ANN = SubjectId("ann")


async def test_the_first_assignment_of_a_unit_holds_whoever_assigns_it_at_the_same_moment(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "other") as other:
        both = [await session_of(each, namespace) for each in (storage, other)]
        wishes = [assignment(f"user-{at % 40}", at % 3) for at in range(240)]
        random.Random(1).shuffle(wishes)
        holding = await asyncio.gather(*(both[at % 2].assign(each, RULES) for at, each in enumerate(wishes)))
        by_user = defaultdict(set)
        for each in holding:
            by_user[each.user_identifier].add(each.variant)
        assert {len(variants) for variants in by_user.values()} == {1}
        stored = [each.assignment async for each in both[0].rewarded_units(X, "conversion")]
        assert {each.user_identifier: each for each in stored} == {each.user_identifier: each for each in holding}
        assert sum(each.units for each in (await both[1].tally(X)).units) == len(stored) == 40
        assert await both[0].traffic(X) == 40


async def test_a_reward_counts_once_in_time_and_is_kept_otherwise(storage: Storage, namespace: Namespace) -> None:
    session, now = await session_of(storage, namespace), present()
    long_ago = Instant(now - 11 * HOUR_US)
    for each in (
        assignment("ann", assigned_at=now), assignment("old", assigned_at=Instant(now - 8 * HOUR_US)),
        assignment("ripe", assigned_at=long_ago), assignment("qa", forced=True, assigned_at=now),
    ):  # fmt: skip
        await session.assign(each, RULES)
    sent_in = [
        (reward("ann"), ConversionOutcome.COUNTED),
        (reward("ann"), ConversionOutcome.DUPLICATE),
        (reward("ann", value=9.0), ConversionOutcome.DUPLICATE),
        (reward("ann", "f"), ConversionOutcome.COUNTED),
        (reward("ann", metric="revenue", value=2.0, at=Instant(now + 8 * HOUR_US)), ConversionOutcome.COUNTED),
        (reward("ann", "f", metric="revenue", value=2.0, at=Instant(now + 8 * HOUR_US + 1)), ConversionOutcome.LATE),
        (reward("old", at=Instant(now + MINUTE_US)), ConversionOutcome.LATE),
        (reward("ripe", at=Instant(long_ago + 1)), ConversionOutcome.LATE),
        (reward("qa"), ConversionOutcome.FORCED),
    ]
    added = await session.add_conversions([each for each, _ in sent_in], RULES)
    assert list(added.outcomes) == [expected for _, expected in sent_in]
    stopped = await session.add_conversions([reward("ann", "g"), reward("ann")], replace(RULES, is_open=False))
    assert list(stopped.outcomes) == [ConversionOutcome.LATE, ConversionOutcome.DUPLICATE]
    told = [(each.metric, each.rewarded, each.total, each.squares) for each in (await session.tally(X)).rewards]
    assert told == [("conversion", 1, 1, 1), ("revenue", 1, 2, 4)]


async def test_a_reward_of_a_clock_up_to_five_minutes_behind_counts_as_if_at_the_assignment(
    storage: Storage, namespace: Namespace
) -> None:
    session, assigned_at = await session_of(storage, namespace), Instant(present() + MINUTE_US)
    for user in ("ann", "bob", "eve"):
        await session.assign(assignment(user, assigned_at=assigned_at), RULES)
    whole_second = Instant(assigned_at - assigned_at % 1_000_000)
    sent_in = [
        reward("ann", at=whole_second),
        reward("bob", at=Instant(assigned_at - 5 * MINUTE_US)),
        reward("eve", at=Instant(assigned_at - 5 * MINUTE_US - 1)),
    ]
    ann, bob, eve = (await session.add_conversions(sent_in, RULES)).outcomes
    assert (ann, bob) == (ConversionOutcome.COUNTED, ConversionOutcome.COUNTED)
    assert isinstance(eve, RewardBeforeAssignment)
    assert (await session.tally(X)).delays == {"conversion": [2, *[0] * 31]}


async def test_a_reward_without_an_assignment_before_it_is_refused_with_its_pointer_and_leaves_nothing(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await session.assign(assignment("ann"), RULES)
    early = reward("ann", at=Instant(0))
    added = await session.add_conversions(
        [reward("bob"), reward("ann", "f"), early, reward("bob")], RULES, at=["/0", "/1", "/2", "/3"]
    )
    faults = [(type(each), each.pointer) for each in added.outcomes if not isinstance(each, ConversionOutcome)]
    assert faults == [(NotAssigned, "/0"), (RewardBeforeAssignment, "/2"), (NotAssigned, "/3")]
    assert added.outcomes[1] is ConversionOutcome.COUNTED
    again = await session.add_conversions([reward("ann")], RULES)
    assert list(again.outcomes) == [ConversionOutcome.COUNTED]


async def test_units_and_rewards_of_another_namespace_are_not_seen(storage: Storage, namespace: Namespace) -> None:
    theirs = fresh_namespace()
    await storage.administration.create_namespace(theirs)
    mine, other = await session_of(storage, namespace), await session_of(storage, theirs)
    await mine.assign(assignment("ann"), RULES)
    assert await other.stored_assignment(X, ANN) is None
    assert (await other.tally(X), await other.traffic(X)) == (Tally([], [], {}), 0)
    [refused] = (await other.add_conversions([reward("ann")], RULES)).outcomes
    assert isinstance(refused, NotAssigned)


async def test_a_client_is_assigned_and_rewarded_as_itself_only_and_a_request_takes_effect_once(
    storage: Storage, namespace: Namespace
) -> None:
    client = await session_of(storage, namespace, Role.CLIENT, "ann")
    await client.assign(assignment("ann"), RULES)
    for refused in (
        client.assign(assignment("bob"), RULES), client.stored_assignment(X, SubjectId("bob")),
        client.add_conversions([reward("ann"), reward("bob")], RULES),
    ):  # fmt: skip
        with pytest.raises(NotYours):
            await refused
    once = Once("k", "POST /", b"b" * 32, lambda added: KeptAnswer(200, {}, b"%d" % len(added.outcomes)))
    first, second = [await storage.session(Caller(namespace, Role.CLIENT, ANN), once) for _ in range(2)]
    assert list((await first.add_conversions([reward("ann")], RULES)).outcomes) == [ConversionOutcome.COUNTED]
    with pytest.raises(AlreadyAnswered) as answered:
        await second.add_conversions([reward("ann")], RULES)
    assert answered.value.kept.body == b"1"


async def test_a_transaction_that_is_lost_before_its_commit_leaves_neither_a_unit_nor_a_count(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    lost = await psycopg.AsyncConnection.connect(database.app)
    await lost.execute(SET_SCOPE, [namespace, "system", ""])
    rows = ASSIGN.encode([sent(assignment("ann", 1), RULES, LoadedExperiments())]).decode()
    assert (await lost.execute(ASSIGN.sql, {"namespace": namespace, "rows": rows})).rowcount == 1
    await lost.close()
    assert await session.stored_assignment(X, ANN) is None
    assert (await session.assign(assignment("ann"), RULES)).variant == 0
    assert [each.units for each in (await session.tally(X)).units] == [1]


async def test_of_random_sources_a_hundred_are_counted_apart_and_the_others_together_also_by_a_later_process(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    session = await session_of(storage, namespace)
    hostile: list[object] = [{"a": 1}, "", 7, *(f"source-{at}" for at in range(120))]
    wishes = [
        assignment(f"u{at}", context={"source": each}, segment_key=f"part:{at % 3}") for at, each in enumerate(hostile)
    ]
    await asyncio.gather(*(session.assign(each, RULES) for each in wishes))
    units = Counter[str]()
    for each in (await session.tally(X, "source")).units:
        units[each.level] += each.units
    assert (len(units), units["other"], sum(units.values())) == (101, 23, 123)
    first = await anext(session.rewarded_units(X, "conversion"))
    assert (first.assignment.user_identifier, first.assignment.context) == ("u0", {"source": {"a": 1}})
    async with storage_with(database.app, tmp_path / "later") as later:
        afterwards = await session_of(later, namespace)
        assert afterwards.known_segments(X) == {"part:0", "part:1", "part:2"}
        for user, source in (("v0", "source-0"), ("v1", "source-new")):
            await afterwards.assign(assignment(user, context={"source": source}), RULES)
    assert {each.level for each in (await session.tally(X, "source")).units} == units.keys()


async def test_an_outlier_and_its_correction_leave_the_sums_as_if_neither_had_come(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    values = {"ann": 4.11, "bob": 13.7, "eve": 9.28}
    for user in values:
        await session.assign(assignment(user), RULES)
    for event_id, amounts in (("e", values), ("x", dict.fromkeys(values, 1e12)), ("y", dict.fromkeys(values, -1e12))):
        sent_in = [reward(user, event_id, amount, metric="revenue") for user, amount in amounts.items()]
        assert set((await session.add_conversions(sent_in, RULES)).outcomes) == {ConversionOutcome.COUNTED}
    [told] = (await session.tally(X)).rewards
    squares = sum(each * each for each in values.values())
    assert (told.rewarded, told.total, told.squares) == (3, 27.09, pytest.approx(squares, rel=1e-14))
    units = {each.assignment.user_identifier: each.reward async for each in session.rewarded_units(X, "revenue")}
    assert units == values


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_counted_is_what_a_plain_recount_of_the_rows_counts(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    async with storage_with(database.app, tmp_path / "other") as other:
        both = [await session_of(each, namespace) for each in (storage, other)]
        wishes = [some_assignment(rng) for _ in range(150)]
        await asyncio.gather(*(rng.choice(both).assign(each, RULES) for each in wishes))
        rewards = [some_reward(rng) for _ in range(300)]
        await asyncio.gather(*(each for each in in_parts(rng, both, rewards)))
        expected = {each: recount(database, namespace, each) for each in ("segment", "source", "device")}
        for dimension, counts in expected.items():
            assert sums(await both[0].tally(X, dimension)) == counts
        assert sum((await both[0].tally(X)).delays["revenue"]) == counted_of(database, namespace, "revenue")
        before = merged(expected["segment"])
        await asyncio.gather(*(each.merge_mature(X, Instant(present() + HOUR_US)) for each in both))
        assert sums(await both[0].tally(X)) == before


def some_assignment(rng: random.Random) -> Assignment:
    """One of sixty units, of the last day, in a few segments."""
    source, device = rng.choice(["ads", "mail", None]), rng.choice(["mobile", "desktop"])
    at = Instant(present() - rng.choice([0, MINUTE_US, 3 * HOUR_US, 7 * HOUR_US, 24 * HOUR_US]))
    return assignment(
        f"user-{rng.randrange(60)}", rng.randrange(3), segment_key=f"source:{source}", policy_version=rng.randrange(3),
        in_holdout=rng.random() < 0.2, assigned_at=at, forced=rng.random() < 0.1,
        context={"channel": "web", "source": source, "device": device},
    )  # fmt: skip


def some_reward(rng: random.Random) -> Conversion:
    """One of a few events of such a unit, or of one that nobody knows."""
    metric = rng.choice(["conversion", "revenue"])
    at = Instant(present() - rng.randrange(10 * HOUR_US))
    value = float(rng.randrange(-3, 9))
    return reward(f"user-{rng.randrange(66)}", f"e{rng.randrange(6)}", value, metric=metric, at=at)


def in_parts(rng: random.Random, sessions: Sequence[StoredSession], rewards: Sequence[Conversion]) -> list[Any]:
    """Requests of some rewards each, to either process; some are sent twice."""
    parts = [rewards[at : at + 7] for at in range(0, len(rewards), 7)]
    return [rng.choice(sessions).add_conversions(part, RULES) for part in (*parts, *rng.sample(parts, 10))]


Counts = tuple[dict[Any, float], dict[Any, tuple[float, float, float]]]


def sums(tally: Tally) -> Counts:
    """By level, segment, version, holdout, variant and cohort; rewards by metric too."""
    units = {key_of(each): each.units for each in tally.units}
    return units, {(*key_of(each), each.metric): (each.rewarded, each.total, each.squares) for each in tally.rewards}


def key_of(cell: Any) -> tuple[Any, ...]:
    return cell.level, cell.segment_key, cell.policy_version, cell.in_holdout, cell.variant, cell.cohort


def recount(database: Dsns, namespace: Namespace, dimension: str) -> Counts:
    """The same from the rows themselves, one after another."""
    units, rewards = Counter[Any](), defaultdict[Any, tuple[float, float, float]](lambda: (0.0, 0.0, 0.0))
    totals = ledger_totals(database, namespace)
    for user, forced, *key in rows_of(database, UNITS.format(dimension=dimension), namespace):
        if forced:
            continue
        units[tuple(key)] += 1
        for metric in ("conversion", "revenue"):
            if (user, metric) in totals:
                total = 1.0 if metric == "conversion" else totals[user, metric]
                so_far = rewards[(*key, metric)]
                rewards[(*key, metric)] = (so_far[0] + 1, so_far[1] + total, so_far[2] + total * total)
    return dict(units), dict(rewards)


UNITS = """
SELECT user_identifier, forced,
       CASE '{dimension}' WHEN 'segment' THEN segment_key ELSE coalesce(context ->> '{dimension}', 'other') END,
       segment_key, policy_version, in_holdout, variant, (extract(epoch FROM cohort) * 1000000)::bigint
  FROM tessella.assignments WHERE namespace = %s
"""
LEDGER = """
SELECT user_identifier, metric, value FROM tessella.experiment_reward_events
 WHERE namespace = %s AND state = 'counted'
"""


def ledger_totals(database: Dsns, namespace: Namespace) -> dict[tuple[str, str], float]:
    totals = defaultdict[tuple[str, str], float](float)
    for user, metric, value in rows_of(database, LEDGER, namespace):
        totals[user, metric] += value
    return totals


def counted_of(database: Dsns, namespace: Namespace, metric: str) -> int:
    return sum(each[1] == metric for each in rows_of(database, LEDGER, namespace))


def rows_of(database: Dsns, query: str, namespace: Namespace) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.superuser) as connection:
        return connection.execute(query, [namespace]).fetchall()


def merged(counts: Counts) -> Counts:
    """With all cohorts in one."""
    units, rewards = Counter[Any](), defaultdict[Any, tuple[float, float, float]](lambda: (0.0, 0.0, 0.0))
    for (*key, _), count in counts[0].items():
        units[(*key, MERGED)] += count
    for (*key, _, metric), each in counts[1].items():
        so_far = rewards[(*key, MERGED, metric)]
        rewards[(*key, MERGED, metric)] = (so_far[0] + each[0], so_far[1] + each[1], so_far[2] + each[2])
    return dict(units), dict(rewards)
