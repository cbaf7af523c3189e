"""The chains of the audit: whatever is done to a recorded decision past Tessella is found, and named."""

from pathlib import Path

import psycopg
import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Namespace, SegmentId
from tessella.domain.privacy.audit_check import Problem
from tessella.storage.store import Storage
from tessella.usecases.verify_audit import AuditVerdict
from tests.audits import made, record, stored_ids, tamper, until_stored
from tests.database import Dsns, define, link_to, session_of, storage_with, until

pytestmark = pytest.mark.anyio

ROWS = 6
ROW = "UPDATE tessella.decision_audit SET {} WHERE namespace = :ns AND sequence = {}"
DROP = "DELETE FROM tessella.decision_audit WHERE namespace = :ns AND {}"
FORGED = """
INSERT INTO tessella.decision_audit
SELECT (jsonb_populate_record(old, jsonb_build_object('sequence', 7, 'decision_id', gen_random_uuid()))).*
  FROM tessella.decision_audit AS old WHERE namespace = :ns AND sequence = 6
"""
RENUMBERED = """
UPDATE tessella.decision_audit SET sequence = sequence {} WHERE namespace = :ns AND sequence {}
"""


async def verdict_of(storage: Storage, namespace: Namespace) -> AuditVerdict:
    shares: list[float] = []
    verdict = await usecases.verify_audit(await session_of(storage, namespace), shares.append)
    assert shares[-1] == 1.0
    return verdict


@pytest.fixture
async def recorded(storage: Storage, namespace: Namespace, database: Dsns) -> list[str]:
    """Six decisions of one process, by their place in the chain."""
    session = await session_of(storage, namespace)
    await define(session, Kind.DEFAULTS, "defaults", audit="required")
    await session.record_all([made(session) for _ in range(ROWS)])
    return stored_ids(database, namespace)


async def test_an_audit_that_nobody_touched_holds(storage: Storage, namespace: Namespace, recorded: list[str]) -> None:
    verdict = await verdict_of(storage, namespace)
    assert (verdict.holds, verdict.rows, verdict.writers, verdict.unchained_rows) == (True, ROWS, 1, 0)


@pytest.mark.parametrize(
    "changes",
    [
        (
            "segment_id = 'gold'", "profile_id = 'p'", "rule_id = 'r'", "user_hash = repeat('0', 32)",
            "user_hash = NULL", "hash = sha256('x')",
        ),
        (
            "snapshot_version = 4", "at = at + interval '1 microsecond'", "recorded_at = now()",
            "decision_id = '00000000-0000-7000-8000-000000000000'",
            "body = replace(body::text, 'VIP', 'GOLD')::json", "body = replace(body::text, ',', ', ')::json",
        ),
    ],
    ids=["who and what", "when and why"],
)  # fmt: skip
async def test_whatever_is_altered_of_a_row_is_found(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str], changes: tuple[str, ...]
) -> None:
    tamper(database, namespace, *(ROW.format(change, at) for at, change in enumerate(changes, 1)))
    found = [(each.problem, each.sequence, each.decision_id) for each in (await verdict_of(storage, namespace)).faults]
    now = stored_ids(database, namespace)
    assert found[: len(changes)] == [(Problem.ALTERED, at, now[at - 1]) for at in range(1, ROWS + 1)]


@pytest.mark.parametrize("change", ["segment_id = 'gold'", "hash = sha256('x')"])
async def test_one_altered_row_is_named_alone(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str], change: str
) -> None:
    tamper(database, namespace, ROW.format(change, 3))
    (fault,) = (await verdict_of(storage, namespace)).faults
    assert (fault.problem, fault.sequence, fault.decision_id) == (Problem.ALTERED, 3, recorded[2])


async def test_rows_that_changed_places_are_named_with_the_one_that_came_after_them(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str]
) -> None:
    third, fourth = recorded[2:4]
    tamper(database, namespace, *(ROW.format(f"sequence = {to}", at) for at, to in ((3, 99), (4, 3), (99, 4))))
    found = [(each.problem, each.sequence, each.decision_id) for each in (await verdict_of(storage, namespace)).faults]
    assert found == [(Problem.ALTERED, 3, fourth), (Problem.ALTERED, 4, third), (Problem.ALTERED, 5, recorded[4])]


@pytest.mark.parametrize(
    ("which", "first", "text"),
    [
        ("sequence = 1", 1, "Row 1 is missing"), ("sequence IN (3, 4)", 3, "Rows 3 to 4 are missing"),
        ("sequence = 6", 6, "Row 6 is missing, at the end"), ("sequence > 0", 1, "Rows 1 to 6 are missing, at the end"),
    ],
)  # fmt: skip
async def test_rows_that_are_gone_are_named_by_their_places(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str], which: str, first: int, text: str
) -> None:
    tamper(database, namespace, DROP.format(which))
    (fault,) = (await verdict_of(storage, namespace)).faults
    assert (fault.problem, fault.sequence) == (Problem.MISSING, first)
    assert fault.text.startswith(text)


async def test_a_deletion_is_found_though_the_rows_after_it_were_renumbered(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str]
) -> None:
    tamper(database, namespace, DROP.format("sequence = 5"), RENUMBERED.format("- 1", "= 6"))
    found = [(each.problem, each.sequence) for each in (await verdict_of(storage, namespace)).faults]
    assert found == [(Problem.ALTERED, 5), (Problem.MISSING, 6)]


async def test_a_row_that_was_put_in_is_named(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str]
) -> None:
    tamper(database, namespace, FORGED)
    (fault,) = (await verdict_of(storage, namespace)).faults
    forged = stored_ids(database, namespace)[-1]
    assert (fault.problem, fault.sequence, fault.decision_id) == (Problem.ALTERED, 7, forged)


async def test_a_row_that_was_moved_to_another_namespace_is_found_in_both(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str]
) -> None:
    other = Namespace(f"{namespace}-other")
    await storage.administration.create_namespace(other)
    tamper(database, namespace, ROW.format(f"namespace = '{other}'", 3))
    (missed,) = (await verdict_of(storage, namespace)).faults
    assert (missed.problem, missed.sequence) == (Problem.MISSING, 3)
    there = (await verdict_of(storage, other)).faults
    assert {(each.problem, each.decision_id) for each in there} == {
        (Problem.MISSING, recorded[2]),
        (Problem.HEAD_MISSING, recorded[2]),
    }


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE tessella.audit_heads SET seal = sha256('x') WHERE namespace = :ns",),
        ("UPDATE tessella.audit_heads SET follows = ARRAY[writer] WHERE namespace = :ns",),
        ("UPDATE tessella.audit_heads SET sequence = 5, previous = 0 WHERE namespace = :ns",),
        (
            DROP.format("sequence = 6"),
            "UPDATE tessella.audit_heads SET sequence = 5, previous = 0 WHERE namespace = :ns",
        ),
    ],
    ids=["seal", "follows", "set back", "set back with the tail cut"],
)
async def test_a_head_that_was_altered_is_named(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str], statements: tuple[str, ...]
) -> None:
    tamper(database, namespace, *statements)
    (fault,) = (await verdict_of(storage, namespace)).faults
    assert fault.problem is Problem.HEAD_ALTERED
    assert fault.decision_id == recorded[fault.sequence - 1]


async def test_a_writer_without_a_head_is_named(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str]
) -> None:
    tamper(database, namespace, "DELETE FROM tessella.audit_heads WHERE namespace = :ns")
    (fault,) = (await verdict_of(storage, namespace)).faults
    assert (fault.problem, fault.sequence, fault.decision_id) == (Problem.HEAD_MISSING, ROWS, recorded[-1])


async def test_a_writer_of_whom_nothing_is_left_is_named_by_the_one_that_came_after(
    storage: Storage, namespace: Namespace, database: Dsns, recorded: list[str], tmp_path: Path
) -> None:
    (fallen,) = writers_of(database, namespace)
    async with storage_with(database.app, tmp_path / "home", namespace) as later:
        await record(await session_of(later, namespace))
    assert (await verdict_of(storage, namespace)).holds
    of_writer = f"WHERE namespace = :ns AND writer = '{fallen}'"
    tamper(
        database, namespace, f"DELETE FROM tessella.decision_audit {of_writer}",
        f"DELETE FROM tessella.audit_heads {of_writer}",
    )  # fmt: skip
    (fault,) = (await verdict_of(storage, namespace)).faults
    assert (fault.problem, fault.writer) == (Problem.WRITER_MISSING, fallen)


def writers_of(database: Dsns, namespace: Namespace) -> list[str]:
    with psycopg.connect(database.superuser) as connection:
        found = connection.execute("SELECT writer::text FROM tessella.audit_heads WHERE namespace = %s", [namespace])
        return [writer for (writer,) in found]


async def test_nothing_can_be_verified_with_another_key(
    namespace: Namespace, database: Dsns, recorded: list[str], tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "elsewhere") as stranger:
        verdict = await verdict_of(stranger, namespace)
    assert verdict.fault_count == ROWS + 1


async def test_a_decision_that_the_database_refuses_leaves_no_gap(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    kept = [await record(session, segment_id=SegmentId("bad\0one" if number == 7 else "good")) for number in range(20)]
    await until_stored(database, namespace, 19)
    assert stored_ids(database, namespace) == kept[:7] + kept[8:]
    assert (await verdict_of(storage, namespace)).holds
    assert storage.health().writer.dropped_rows == 1


async def test_the_chains_of_two_processes_hold_whatever_becomes_of_their_connections(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    async with (
        storage_with(database.app, home, namespace) as near,
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, home) as far,
    ):
        sessions = [await session_of(each, namespace) for each in (near, far)]
        sent = []
        for turn in range(30):
            sent += [await record(session) for session in sessions for _ in range(70)]
            if turn % 5 == 2:
                await link.cut()
                await link.mend()
            elif turn % 5 == 4:
                kill_backends(database)
            if turn % 10 == 9:
                await until_stored(database, namespace, len(sent))
        await until_stored(database, namespace, len(sent))
        await until(lambda: near.health().database_is_up, "the database was back")
        verdict = await verdict_of(near, namespace)
    assert (verdict.holds, verdict.rows, verdict.writers) == (True, 30 * 140, 2)
    assert sorted(stored_ids(database, namespace)) == sorted(sent)


def kill_backends(database: Dsns) -> None:
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tessella_app'")
