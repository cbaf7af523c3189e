"""Impressions, clicks and conversions are counted for the segment of their decision: each once, whatever happens."""

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tessella.domain.features.event import OUTCOMES, Event
from tessella.domain.identifiers import DecisionId, Instant, Namespace, SubjectId
from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.storage.outcomes import ALL_MINUTES, RECENT_MINUTES, by_segment, roll_up
from tessella.storage.store import Storage
from tests.database import Dsns, fresh_namespace, session_of, storage_with, until
from tests.storage.rows import count, insert

pytestmark = pytest.mark.anyio


def outcome(event_id: str, decision: uuid.UUID | None, event_type: str = "click") -> Event:
    decision_id = None if decision is None else DecisionId(str(decision))
    return Event(event_id, SubjectId("ann"), event_type, Instant(1_700_000_000_000_000), decision_id=decision_id)


def decide(database: Dsns, namespace: str, segment_id: str) -> uuid.UUID:
    """A decision that is recorded."""
    made = uuid.uuid4()
    record(database, namespace, made, segment_id)
    return made


def record(database: Dsns, namespace: str, decision: uuid.UUID, segment_id: str) -> None:
    with psycopg.connect(database.superuser) as connection:
        insert(connection, "decision_audit", namespace, decision_id=f"'{decision}'", segment_id=f"'{segment_id}'")


async def counted(database: Dsns, namespace: Namespace, minutes: int = RECENT_MINUTES) -> Mapping[str, OutcomeCounts]:
    """The counts after one round."""
    async with await psycopg.AsyncConnection.connect(database.app) as connection, connection.transaction():
        return await by_segment(await roll_up(connection, namespace, minutes))


async def test_outcomes_are_counted_for_the_segment_of_their_decision(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    vip, new = decide(database, namespace, "vip"), decide(database, namespace, "new")
    sent = [
        ("impression", vip),
        ("impression", vip),
        ("click", vip),
        ("conversion", new),
        ("buy", vip),
        ("click", None),
    ]
    await session.add_events([outcome(f"e{at}", made, kind) for at, (kind, made) in enumerate(sent)])
    expected = {"vip": OutcomeCounts(2, 1, 0), "new": OutcomeCounts(0, 0, 1)}
    assert await counted(database, namespace) == expected
    assert await counted(database, namespace) == expected


async def test_an_outcome_that_is_sent_again_is_counted_once(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    vip = decide(database, namespace, "vip")
    for _ in range(3):
        await session.add_events([outcome("e1", vip), outcome("e1", vip)])
        assert await counted(database, namespace) == {"vip": OutcomeCounts(clicks=1)}


async def test_a_click_may_come_before_its_decision_is_recorded(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    made = uuid.uuid4()
    await session.add_events([outcome("e1", made)])
    assert await counted(database, namespace) == {}
    record(database, namespace, made, "vip")
    assert await counted(database, namespace) == {"vip": OutcomeCounts(clicks=1)}


async def test_an_outcome_whose_decision_never_comes_is_unknown_after_an_hour(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    await session.add_events([outcome("old", uuid.uuid4()), outcome("new", uuid.uuid4())])
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE tessella.outcomes_pending SET received_at = now() - interval '61 minutes' "
            "WHERE namespace = %s AND event_id = 'old'",
            [namespace],
        )
    assert await counted(database, namespace) == {}
    assert await counted(database, namespace, ALL_MINUTES) == {"unknown": OutcomeCounts(clicks=1)}


async def test_a_decision_of_another_namespace_is_no_decision_here(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    theirs = decide(database, fresh_namespace(), "vip")
    await (await session_of(storage, namespace)).add_events([outcome("e1", theirs)])
    assert await counted(database, namespace, ALL_MINUTES) == {}


async def test_a_round_that_is_lost_before_its_commit_counts_nothing_and_loses_nothing(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    await (await session_of(storage, namespace)).add_events([outcome("e1", decide(database, namespace, "vip"))])
    lost = await psycopg.AsyncConnection.connect(database.app)
    assert await by_segment(await roll_up(lost, namespace, RECENT_MINUTES)) == {"vip": OutcomeCounts(clicks=1)}
    assert await counted(database, namespace) == {}, "whose turn it is, is locked"
    await lost.close()
    assert await counted(database, namespace) == {"vip": OutcomeCounts(clicks=1)}


async def test_processes_that_count_at_once_count_each_outcome_once(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    vip = decide(database, namespace, "vip")
    for number in range(10):
        await session.add_events([outcome(f"e{number}-{at}", vip) for at in range(20)])
        await asyncio.gather(*(counted(database, namespace) for _ in range(3)))
    assert await counted(database, namespace) == {"vip": OutcomeCounts(clicks=200)}


async def test_every_process_tells_the_same_counts(
    own_storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "other") as other:
        await session_of(other, namespace)
        await (await session_of(own_storage, namespace)).add_events([outcome("e1", decide(database, namespace, "vip"))])
        told = {(namespace, "vip"): OutcomeCounts(clicks=1)}
        await until(lambda: own_storage.upkeep.outcomes == told == other.upkeep.outcomes, "both told the click")
        with psycopg.connect(database.superuser) as connection:
            assert count(connection, f"outcomes_pending WHERE namespace = '{namespace}'") == 0


async def test_keys_are_forgotten_after_thirty_days(database: Dsns, namespace: Namespace, tmp_path: Path) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace):
        pass
    with psycopg.connect(database.superuser) as connection:
        for days in (29, 31):
            insert(
                connection, "idempotency_keys", namespace, key=f"'{days}'", created_at=f"now() - interval '{days} days'"
            )
    kept = "SELECT key FROM tessella.idempotency_keys WHERE namespace = %s"
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        async with storage_with(database.app, tmp_path / "home") as storage:
            await session_of(storage, namespace)
            swept = lambda: connection.execute(kept, [namespace]).fetchall() == [("29",)]  # noqa: E731 - one line is all
            await until(swept, "the old key was gone")


def recommend(database: Dsns, namespace: str, *items: str) -> uuid.UUID:
    """A decision of the segment "vip" and the profile "novel" that gave these items."""
    made, body = uuid.uuid4(), json.dumps({"items": [[item, 0.5] for item in items]})
    named = {"decision_id": f"'{made}'", "segment_id": "'vip'", "profile_id": "'novel'", "body": f"'{body}'"}
    with psycopg.connect(database.superuser) as connection:
        insert(connection, "decision_audit", namespace, **named)
    return made


async def cells(storage: Storage, database: Dsns, namespace: Namespace) -> list[tuple[object, ...]]:
    """Segment, profile, position and counts, after one round."""
    await counted(database, namespace, ALL_MINUTES)
    found = await (await session_of(storage, namespace)).outcome_cells()
    return [(each.segment_id, each.profile_id, each.position, each.counts) for each in found]


async def test_the_position_is_that_of_the_event_or_the_place_of_its_item_in_the_decision(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    made = recommend(database, namespace, "milk", "tea", "rye")
    told = [("tea", None), ("tea", {"position": 7}), ("jam", None), (None, {"position": 2}), (None, None)]
    events = [replace(outcome(f"e{at}", made), item_id=item, properties=more) for at, (item, more) in enumerate(told)]
    await (await session_of(storage, namespace)).add_events([*events, replace(events[0], event_id="again")])
    assert await cells(storage, database, namespace) == [
        ("vip", "novel", None, OutcomeCounts(clicks=2)),
        ("vip", "novel", 2, OutcomeCounts(clicks=3)),
        ("vip", "novel", 7, OutcomeCounts(clicks=1)),
    ]


@pytest.mark.parametrize("position", [0, 501, 1.5, -1, "1", True, None, {"a": 1}, 1e300])
async def test_a_position_that_is_none_is_read_as_none(
    storage: Storage, namespace: Namespace, database: Dsns, position: object
) -> None:
    made = recommend(database, namespace, "milk")
    await (await session_of(storage, namespace)).add_events(
        [replace(outcome("e", made), properties={"position": position})]
    )
    assert await cells(storage, database, namespace) == [("vip", "novel", None, OutcomeCounts(clicks=1))]


async def test_cells_of_a_segment_add_up_to_its_counts_whoever_counts(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    decisions = [recommend(database, namespace, "milk", "tea"), decide(database, namespace, "vip"), uuid.uuid4()]
    for number in range(6):
        events = [
            replace(outcome(f"e{number}-{at}", decisions[at % 3], OUTCOMES[at % 2]), item_id="tea") for at in range(12)
        ]
        await session.add_events([*events, *events])
        await asyncio.gather(*(counted(database, namespace) for _ in range(3)))
    assert await counted(database, namespace) == {"vip": OutcomeCounts(24, 24)}
    assert await cells(storage, database, namespace) == [
        ("vip", None, None, OutcomeCounts(12, 12)), ("vip", "novel", 2, OutcomeCounts(12, 12)),
    ]  # fmt: skip
