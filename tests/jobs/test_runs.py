"""What becomes of a run: done, failed, tried again, cancelled."""

import asyncio
import hashlib

import psycopg
import pytest

from tessella.bootstrap import Application
from tessella.domain.alerts.alert import AlertState
from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuch, RunIsOver, RunNotFailed, SameRunOpen, UnknownFeature
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, Json, Namespace, Role, SubjectId
from tessella.jobs.order import Order
from tessella.ports import Session
from tessella.ports.jobs import RESULT_MAX_BYTES, Job, RunState
from tessella.storage.store import Storage
from tests.database import Dsns, eventually, publish, session_of
from tests.jobs.conftest import finished, task, working

pytestmark = pytest.mark.anyio

DAY = Instant(1_767_225_600_000_000)  # 2026-01-01
SPEND = {"name": "user.spend", "type": "number", "kind": {"kind": "sum", "field": "value"}}


async def test_a_run_of_the_features_stores_them_and_tells_what_changed(
    application: Application, storage: Storage, session: Session
) -> None:
    await publish(session, Kind.FEATURE, "user.spend", SPEND)
    await session.add_events([Event("e1", SubjectId("s"), "purchase", Instant(DAY - 1), None, 12.5, None)])
    run = await session.ask_for(Job.COMPUTE_FEATURES, {"as_of": "2026-01-01"})
    assert (run.state, run.progress, run.attempts, run.inputs) == (RunState.QUEUED, 0, 0, {"as_of": "2026-01-01"})
    async with working(application, storage):
        done = await finished(session, run)
    assert done.result == {"features": ["user.spend"], "as_of": "2026-01-01T00:00:00+00:00", "changed": 1}
    assert (done.state, done.progress, done.attempts, done.error) == (RunState.SUCCEEDED, 1, 1, None)
    assert done.asked_at <= (done.started_at or 0) <= (done.finished_at or 0)
    assert [fact.value for fact in await session.stored_facts(SubjectId("s"))] == [12.5]


async def test_without_a_moment_features_are_computed_as_of_when_they_were_asked_for(
    application: Application, storage: Storage, session: Session
) -> None:
    await publish(session, Kind.FEATURE, "user.spend", SPEND)
    await session.add_events([Event("e1", SubjectId("s"), "purchase", Instant(DAY - 1), None, 1.0, None)])
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage):
        await finished(session, run)
    assert [fact.as_of for fact in await session.stored_facts(SubjectId("s"))] == [run.asked_at]


async def test_asking_for_what_is_queued_or_running_gives_that_run(
    application: Application, storage: Storage, session: Session
) -> None:
    first, again, other = [await session.ask_for(Job.COMPUTE_FEATURES, inputs) for inputs in ({}, {}, {"as_of": 1})]
    assert first.run_id == again.run_id != other.run_id
    async with working(application, storage):
        await finished(session, first)
    assert (await session.ask_for(Job.COMPUTE_FEATURES, {})).run_id != first.run_id


async def test_many_who_ask_at_once_get_one_run(session: Session) -> None:
    asked = await asyncio.gather(*(session.ask_for(Job.COMPUTE_FEATURES, {}) for _ in range(20)))
    assert len({run.run_id for run in asked}) == 1


async def test_the_queue_knows_of_a_run_its_id_only(session: Session, database: Dsns, namespace: Namespace) -> None:
    run = await session.ask_for(Job.COMPUTE_FEATURES, {"as_of": 77})
    with psycopg.connect(database.app) as connection:
        queued = connection.execute("SELECT task_name, args, lock, queueing_lock FROM jobs.procrastinate_jobs")
        (row,) = queued.fetchall()
    digest = hashlib.sha256(f"{namespace} compute_features".encode()).hexdigest()
    assert row == ("run", {"run_id": run.run_id}, digest, None)


async def test_an_error_that_explains_itself_is_kept_and_another_is_not_told(
    application: Application, storage: Storage, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(order: Order) -> Json:
        if "as_of" in order.attempt.inputs:
            raise UnknownFeature("/rules/0", "user.teir", "user.tier")
        raise ZeroDivisionError("the secret of h1")

    explained = await session.ask_for(Job.COMPUTE_FEATURES, {"as_of": 1})
    broken = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, task(work)):
        error = (await finished(session, explained)).error
        generic = (await finished(session, broken)).error
    assert error is not None
    assert (error.kind, error.faults[0].pointer) == ("UnknownFeature", "/rules/0")
    assert "user.tier" in error.faults[0].hint
    assert generic is not None
    assert (generic.kind, generic.message) == ("JobBroke", "Something went wrong in the worker. It is logged.")
    assert "ZeroDivisionError" in capsys.readouterr().out


async def test_a_failed_run_is_tried_again_when_asked_and_no_other(
    application: Application, storage: Storage, session: Session
) -> None:
    broken = True

    async def work(_: Order) -> Json:
        if broken:
            raise UnknownFeature("", "a", None)
        return "done"

    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    with pytest.raises(RunNotFailed, match="queued"):
        await session.retry_run(run.run_id)
    async with working(application, storage, task(work)):
        assert (await finished(session, run)).state is RunState.FAILED
        broken = False
        assert (await session.retry_run(run.run_id)).state is RunState.QUEUED
        done = await finished(session, run)
        assert (done.state, done.result, done.error, done.attempts) == (RunState.SUCCEEDED, "done", None, 2)
        with pytest.raises(RunNotFailed, match="succeeded"):
            await session.retry_run(run.run_id)


async def test_a_job_whose_last_run_failed_is_an_alert_until_the_same_succeeds(
    application: Application, storage: Storage, session: Session
) -> None:
    broken = {"arena", "maze"}

    async def work(order: Order) -> Json:
        if order.attempt.inputs["game_id"] in broken:
            raise UnknownFeature("", "a", None)
        return "done"

    async def told(keys: set[str]) -> bool:
        found, _ = await session.alerts(state=AlertState.OPEN, limit=10, cursor=None)
        return {each.key for each in found if each.rule == "job_failed"} == keys

    runs = [await session.ask_for(Job.COMPUTE_FEATURES, {"game_id": each}) for each in sorted(broken)]
    async with working(application, storage, task(work)):
        await eventually(lambda: told({"compute_features arena", "compute_features maze"}), "both are told of")
        broken.remove("maze")
        await session.retry_run(runs[1].run_id)
        await eventually(lambda: told({"compute_features arena"}), "only one of the two is told of")


async def test_a_failed_run_is_not_tried_again_beside_the_same_one(
    application: Application, storage: Storage, session: Session
) -> None:
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, {}):
        failed = await finished(session, run)
    assert failed.error is not None
    assert failed.error.message == 'This worker does not know the job "compute_features".'
    await session.ask_for(Job.COMPUTE_FEATURES, {})
    with pytest.raises(SameRunOpen):
        await session.retry_run(run.run_id)


async def test_a_result_that_is_too_large_fails_the_run_and_says_so(
    application: Application, storage: Storage, session: Session
) -> None:
    async def work(_: Order) -> Json:
        return "x" * RESULT_MAX_BYTES

    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, task(work)):
        done = await finished(session, run)
    assert done.result is None
    assert done.error is not None
    assert "of 1048578 bytes is larger than the 1048576 that are kept" in done.error.message


async def test_progress_is_kept_while_a_task_tells_it_more_often(
    application: Application, storage: Storage, session: Session
) -> None:
    go_on = asyncio.Event()

    async def work(order: Order) -> Json:
        for step in range(500):
            order.progress(step / 1000)
        order.progress(7.0)
        order.progress(0.5)
        await go_on.wait()

    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, task(work)):

        async def half() -> bool:
            return (await session.run(run.run_id)).progress == 0.5

        await eventually(half, "half is done")
        go_on.set()
        assert (await finished(session, run)).progress == 1


async def test_a_queued_run_that_is_cancelled_never_begins_and_a_running_one_is_ended(
    application: Application, storage: Storage, session: Session
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work(_: Order) -> Json:
        begun.set()
        try:
            await asyncio.sleep(600)
        finally:
            ended.set()

    never = await session.ask_for(Job.COMPUTE_FEATURES, {"as_of": 1})
    assert (await session.cancel_run(never.run_id)).state is RunState.CANCELLED
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, task(work)):
        await begun.wait()
        await session.cancel_run(run.run_id)
        await ended.wait()
        assert [(await session.run(each.run_id)).attempts for each in (never, run)] == [0, 1]
    with pytest.raises(RunIsOver, match="cancelled"):
        await session.cancel_run(run.run_id)


async def test_a_run_of_another_namespace_is_not_there(
    session: Session, storage: Storage, namespace: Namespace
) -> None:
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    await storage.administration.create_namespace(Namespace(f"{namespace}-other"))
    other = await session_of(storage, Namespace(f"{namespace}-other"), Role.SUPERADMIN)
    for act in (other.run, other.retry_run, other.cancel_run):
        with pytest.raises(NoSuch):
            await act(run.run_id)
    assert await other.runs(job=None, state=None, limit=10, cursor=None) == ([], None)
