"""The audit: what is kept of a decision, how it is read, and that it never holds anybody up."""

from asyncio import Future
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tessella.domain.decisions import NO_MATCH
from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Instant, Namespace, SegmentId, SubjectId
from tessella.ports import AuditQuery, AuditRow
from tessella.storage.audit.chain import AuditChain
from tessella.storage.audit.reading import page_of
from tessella.storage.ids import first_id_of, new_id
from tessella.storage.scope import system
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.storage.writing.queue import Queue
from tessella.storage.writing.submissions import Submission
from tests.audits import MADE, record
from tests.database import Dsns, link_to, session_of, storage_with

pytestmark = pytest.mark.anyio


async def rows_of(session: StoredSession, **asked: Any) -> tuple[list[AuditRow], str | None]:
    rows, cursor = await session.audit(AuditQuery(**asked))
    return list(rows), cursor


async def recorded(session: StoredSession, count: int) -> list[AuditRow]:
    """The rows, when they are all there."""
    rows: list[AuditRow] = []
    while len(rows) < count:
        rows, _ = await rows_of(session)
    return rows


async def test_a_decision_is_kept_with_a_pseudonym_and_everything_but_the_subject(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    made = await record(session)
    (row,) = await recorded(session, 1)
    assert (row.decision_id, row.segment_id, row.snapshot_version, row.at) == (made, "vip", 3, MADE.at)
    assert row.user_hash == session.pseudonym(SubjectId("ann"))
    assert row.body["features"] == {"user.tier": "VIP"}
    assert row.body["reasons"] == [{"code": NO_MATCH.code, "text": NO_MATCH.text, "detail": {}}]
    assert "ann" not in str(row)


async def test_pages_run_from_the_newest_to_the_oldest_without_gap_or_overlap(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    made = [await record(session) for _ in range(5)]
    await recorded(session, 5)
    found, cursor = await rows_of(session, limit=2)
    while cursor is not None:
        page, cursor = await rows_of(session, limit=2, cursor=cursor)
        found += page
    assert [row.decision_id for row in found] == made[::-1]


async def test_rows_are_found_by_subject_segment_and_time(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    ann = await record(session)
    between = session.now()
    bob = await record(session, subject_id=SubjectId("bob"), segment_id=SegmentId("new"))
    nobody = await record(session, subject_id=None)
    await recorded(session, 3)

    async def ids(**asked: Any) -> set[str]:
        return {row.decision_id for row in (await rows_of(session, **asked))[0]}

    assert await ids(user_hash=session.pseudonym(SubjectId("ann"))) == {ann}
    assert await ids(segment_id="new") == {bob}
    assert await ids(decision_id=bob) == {bob}
    assert await ids(since=between) == {bob, nobody}
    assert await ids(until=between) == {ann}
    assert await ids(since=between, until=session.now(), segment_id="vip") == {nobody}
    assert await ids(subject_id=SubjectId("ann"), segment_id="new") == set()


@pytest.mark.parametrize("asked", [(), ("user_hash",), ("segment_id",), ("until", "cursor"), ("segment_id", "since")])
def test_a_page_is_read_in_the_order_of_an_index_and_nothing_is_sorted(database: Dsns, asked: tuple[str, ...]) -> None:
    given = dict.fromkeys(asked, "0197c3a0-7d1b-7c3e-9a51-0242ac120002") | {"namespace": "shop", "limit": 10}
    with psycopg.connect(database.superuser) as connection:
        connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        plan = connection.execute(f"EXPLAIN {page_of(asked)}", given).fetchall()
    assert "Index Scan Backward" in str(plan)
    assert "Sort" not in str(plan)


async def test_a_cursor_that_the_audit_did_not_give_is_refused(storage: Storage, namespace: Namespace) -> None:
    with pytest.raises(WrongShape):
        await rows_of(await session_of(storage, namespace), cursor="2")


async def test_what_waits_is_written_before_the_storage_closes(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "other") as other:
        made = [await record(await session_of(other, namespace)) for _ in range(20)]
    rows, _ = await rows_of(await session_of(storage, namespace))
    assert [row.decision_id for row in rows] == made[::-1]


async def test_decisions_that_do_not_fit_the_queue_are_dropped_and_counted(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace, audit_queue_rows=3) as storage:
        session = await session_of(storage, namespace)
        made = [await record(session) for _ in range(5)]
        assert storage.health().writer.dropped_rows == 2
        assert [row.decision_id for row in await recorded(session, 3)] == made[2::-1]


async def test_decisions_go_along_with_rows_that_somebody_waits_for_five_hundred_at_a_time() -> None:
    queue = Queue(rows=5000, row_bytes=5000, offered_rows=5000)
    insert = AuditChain(b"key").insert
    for _ in range(1200):
        queue.offer(Submission(system(Namespace("shop")), insert, (None,), None, 0.0))
    for _ in range(3000):
        queue.put(Submission(system(Namespace("shop")), insert, (None,), Future(), 0.0))
    assert [len(queue.take()) for _ in range(3)] == [2500, 1500, 200]


async def test_decisions_made_while_the_database_is_away_are_recorded_when_it_is_back(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with (
        storage_with(database.app, tmp_path / "near", namespace) as near,
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home") as storage,
    ):
        session = await session_of(storage, namespace)
        session.snapshot()
        await link.cut()
        made = await record(session)
        await link.mend()
        assert [row.decision_id for row in await recorded(await session_of(near, namespace), 1)] == [made]


def test_ids_are_version_7_and_ordered_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert all((UUID(each).version, UUID(each).variant) == (7, "specified in RFC 4122") for each in ids)
    assert len(set(ids)) == 1000
    by_time = [UUID(each).int >> 64 for each in ids]
    assert by_time == sorted(by_time)


def test_the_first_id_of_a_moment_lies_between_the_ids_around_it() -> None:
    moments = [Instant(1_700_000_000_000_000 + step) for step in (0, 1, 999, 1000)]
    floors = [first_id_of(moment) for moment in moments]
    assert floors == sorted(set(floors))
