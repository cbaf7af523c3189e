"""Whether a decision is given that cannot be recorded: the namespace says so."""

from pathlib import Path

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Namespace, SegmentId
from tessella.storage.errors import AuditUnavailable
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.storage.writing.drops import LATELY_SECONDS, Drops
from tessella.usecases.decide import DecisionRequest
from tests.audits import made, record, stored_ids
from tests.database import Dsns, define, link_to, session_of, storage_with

pytestmark = pytest.mark.anyio


async def requiring(storage: Storage, namespace: Namespace) -> StoredSession:
    session = await session_of(storage, namespace)
    await define(session, Kind.DEFAULTS, "defaults", audit="required")
    return session


async def test_where_it_is_required_a_decision_is_stored_when_it_is_given(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await requiring(storage, namespace)
    one = await usecases.decide(session, DecisionRequest())
    assert stored_ids(database, namespace) == [one.decision_id]
    explained = await usecases.decide_explained(session, DecisionRequest())
    assert stored_ids(database, namespace)[1:] == [explained.decision.decision_id]
    many = await usecases.decide_many(session, [DecisionRequest()] * 700)
    assert stored_ids(database, namespace)[2:] == [each.decision_id for each in many]
    assert (await usecases.verify_audit(session, lambda share: None)).holds


async def test_where_it_is_not_required_recording_never_suspends(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    recording = session.record(made(session))
    with pytest.raises(StopIteration):
        recording.send(None)


@pytest.mark.parametrize("fault", ["cut", "hang"])
async def test_without_the_database_a_decision_that_must_be_recorded_is_not_given(
    database: Dsns, namespace: Namespace, tmp_path: Path, fault: str
) -> None:
    async with (
        storage_with(database.app, tmp_path / "near", namespace) as near,
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home") as storage,
    ):
        await requiring(near, namespace)
        session = await session_of(storage, namespace)
        given = await usecases.decide(session, DecisionRequest())
        await link.cut() if fault == "cut" else link.hang()
        for _ in range(2):  # before and after the loss was noticed
            with pytest.raises(AuditUnavailable, match="cannot be recorded, which this namespace requires"):
                await usecases.decide(session, DecisionRequest())
        with pytest.raises(AuditUnavailable):
            await usecases.decide_many(session, [DecisionRequest()] * 3)
        await link.mend()
    assert given.decision_id in stored_ids(database, namespace)


async def test_a_full_queue_refuses_all_decisions_of_a_batch_that_must_be_recorded(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace, write_queue_rows=2) as storage:
        session = await requiring(storage, namespace)
        with pytest.raises(AuditUnavailable, match="Too many rows wait"):
            await usecases.decide_many(session, [DecisionRequest()] * 3)
        two = await usecases.decide_many(session, [DecisionRequest()] * 2)
    assert stored_ids(database, namespace) == [each.decision_id for each in two]


async def test_a_decision_that_the_database_refuses_is_not_given(storage: Storage, namespace: Namespace) -> None:
    session = await requiring(storage, namespace)
    with pytest.raises(AuditUnavailable, match="The database refuses this row"):
        await record(session, segment_id=SegmentId("a\0b"))


async def test_a_rollback_takes_the_requirement_back(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await define(session, Kind.DEFAULTS, "defaults", beta=0.5)
    before = session.snapshot().version
    await define(session, Kind.DEFAULTS, "defaults", beta=0.5, audit="required")
    await usecases.rollback_namespace(session, before)
    assert session.snapshot().definitions.defaults.audit == "best_effort"
    await usecases.rollback_namespace(session, before + 1)
    assert session.snapshot().definitions.defaults.audit == "required"


async def test_the_audit_is_degraded_for_a_minute_after_a_decision_found_no_room(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace, audit_queue_rows=3) as storage:
        session = await session_of(storage, namespace)
        assert not storage.health().writer.dropped_lately
        for _ in range(5):
            await record(session)
        assert (storage.health().writer.dropped_lately, storage.health().writer.dropped_rows) == (True, 2)


def test_a_loss_is_remembered_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    drops = Drops()
    assert not drops.lately(0.0)
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    drops.add(2)
    assert drops.rows == 2
    assert [drops.lately(1000.0 + after) for after in (0.0, LATELY_SECONDS - 1, LATELY_SECONDS)] == [True, True, False]
