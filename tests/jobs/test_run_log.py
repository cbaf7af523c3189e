"""The log of a run: what a worker says while it does it."""

import asyncio
import logging
from collections.abc import Iterator

import pytest
import structlog

from tessella.bootstrap import Application
from tessella.domain.errors import NoSuch, NothingOffered
from tessella.domain.identifiers import Json
from tessella.jobs.order import Order
from tessella.logs import get_logger, log_to_stderr
from tessella.ports import Session
from tessella.ports.jobs import LOG_MOST_LINES, Job, RunLine, RunState
from tessella.storage.errors import DatabaseAway
from tessella.storage.ids import new_id
from tessella.storage.store import Storage
from tests.database import eventually, session_elsewhere
from tests.jobs.conftest import finished, task, working

pytestmark = pytest.mark.anyio

log = get_logger("work")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """As commands are: nothing but errors goes to standard error."""
    handlers, level = logging.root.handlers[:], logging.root.level
    log_to_stderr("error")
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


async def events_of(session: Session, run_id: str) -> list[str]:
    return [line.event for line in await session.run_log(run_id)]


async def test_a_run_keeps_what_is_said_while_it_is_done_here_in_tasks_and_in_threads(
    application: Application, storage: Storage, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(_: Order) -> Json:
        log.info("begun_here", count=3)
        await asyncio.create_task(asyncio.sleep(0))
        await asyncio.to_thread(lambda: log.warning("in_a_thread", reason='no subject "ann@example.com"'))
        logging.getLogger("library").warning("of a library")

    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, task(work)):
        await finished(session, run)
    lines = await session.run_log(run.run_id)
    assert [(each.level, each.event, each.details) for each in lines] == [
        ("info", "job_begun", {"attempts": 1}),
        ("info", "begun_here", {"count": 3}),
        ("warning", "in_a_thread", {"reason": "no subject ..."}),
        ("warning", "library", {"logger": "library", "reason": "of a library"}),
        ("info", "work_done", {}),
    ]
    assert sorted(each.at for each in lines) == [each.at for each in lines]
    assert capsys.readouterr().err == ""


async def test_the_log_is_there_while_the_run_goes_on(
    application: Application, storage: Storage, session: Session
) -> None:
    go_on = asyncio.Event()

    async def work(_: Order) -> Json:
        log.info("half_done")
        await go_on.wait()

    run = await session.ask_for(Job.COMPUTE_FEATURES, {})

    async def is_half_done() -> bool:
        return await events_of(session, run.run_id) == ["job_begun", "half_done"]

    async with working(application, storage, task(work)):
        await eventually(is_half_done, "the line is there")
        assert (await session.run(run.run_id)).state is RunState.RUNNING
        go_on.set()
        await finished(session, run)
    assert await events_of(session, run.run_id) == ["job_begun", "half_done", "work_done"]


async def test_what_failed_and_what_was_away_stays_in_the_log_when_the_run_is_tried_again(
    application: Application, storage: Storage, session: Session
) -> None:
    async def work(order: Order) -> Json:
        if order.attempt.number == 1:
            raise DatabaseAway("it went")
        if order.attempt.number == 2:
            raise NothingOffered
        return "at last"

    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, task(work)):
        assert (await finished(session, run)).state is RunState.FAILED
        await session.retry_run(run.run_id)
        assert (await finished(session, run)).state is RunState.SUCCEEDED
    said = ["job_begun", "job_interrupted", "job_begun", "job_failed", "job_begun", "work_done"]
    assert await events_of(session, run.run_id) == said
    [failed] = [each for each in await session.run_log(run.run_id) if each.event == "job_failed"]
    assert failed.details == {"reason": NothingOffered().message}


async def test_runs_beside_each_other_do_not_get_each_others_lines(application: Application, storage: Storage) -> None:
    both, sessions = asyncio.Barrier(2), []

    async def work(order: Order) -> Json:
        await both.wait()
        log.info("mine", count=order.attempt.inputs["number"])
        await both.wait()

    for number in range(2):
        session = await session_elsewhere(storage)
        sessions.append((session, await session.ask_for(Job.COMPUTE_FEATURES, {"number": number})))
    async with working(application, storage, task(work)):
        for session, run in sessions:
            assert (await finished(session, run)).state is RunState.SUCCEEDED
    for number, (session, run) in enumerate(sessions):
        assert [each.details for each in await session.run_log(run.run_id) if each.event == "mine"] == [
            {"count": number}
        ]


async def test_a_log_keeps_its_last_lines(session: Session, storage: Storage) -> None:
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    turn = await storage.ledger.begin(run.run_id, "worker")
    assert turn is not None
    for part in range(3):
        lines = [RunLine("t", "info", f"{part}-{number}", {}) for number in range(LOG_MOST_LINES // 2)]
        assert await storage.ledger.pulse(turn, 0.5, lines)
    kept = await events_of(session, run.run_id)
    assert (len(kept), kept[0], kept[-1]) == (LOG_MOST_LINES, "1-0", f"2-{LOG_MOST_LINES // 2 - 1}")


async def test_what_no_database_holds_does_not_end_the_run(
    application: Application, storage: Storage, session: Session
) -> None:
    async def work(_: Order) -> Json:
        log.info("odd", kind="a\0b\ud800", count=float("nan"), source=ValueError("x" * 1000))

    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, task(work)):
        assert (await finished(session, run)).state is RunState.SUCCEEDED
    [odd] = [each for each in await session.run_log(run.run_id) if each.event == "odd"]
    assert odd.details == {"kind": "ab?", "count": None, "source": "x" * 300}


async def test_the_log_of_another_namespace_is_nobodys(storage: Storage, session: Session) -> None:
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    other = await session_elsewhere(storage)
    for asked, run_id in ((other, run.run_id), (session, new_id()), (session, "nothing")):
        with pytest.raises(NoSuch):
            await asked.run_log(run_id)
