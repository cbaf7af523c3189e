"""The loop that refreshes experiments: in every namespace, whatever goes wrong with one of them."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from tessella.bootstrap import Application
from tessella.domain.alerts.alert import AlertState
from tessella.domain.identifiers import ExperimentId, Namespace
from tessella.jobs.experiments import Calendar, Experiments
from tessella.ports import Session
from tessella.settings import Settings
from tessella.storage.store import Storage
from tests.database import (
    Dsns,
    eventually,
    fresh_namespace,
    link_to,
    session_elsewhere,
    session_of,
    storage_with,
    until,
)
from tests.experiments import BANNER, banner, declare
from tests.planted import plant

pytestmark = pytest.mark.anyio

BROKEN = ExperimentId("a-broken-one")
#: A version that was never published.
_SPOIL = "UPDATE tessella.experiment_units SET policy_version = %s WHERE namespace = %s AND experiment_id = %s"


class Only:
    """The calendar without the namespaces of other tests, which have experiments that run as well."""

    def __init__(self, calendar: Calendar, *namespaces: Namespace) -> None:
        self._calendar, self._namespaces = calendar, namespaces

    async def experiment_namespaces(self) -> list[Namespace]:
        return [each for each in await self._calendar.experiment_namespaces() if each in self._namespaces]


async def failing(session: Session) -> list[str]:
    found, _ = await session.alerts(state=AlertState.OPEN, limit=10, cursor=None)
    return [each.key for each in found if each.rule == "experiment_failed"]


async def test_all_that_run_are_refreshed_though_one_cannot_be(
    application: Application, storage: Storage, session: Session, database: Dsns
) -> None:
    namespace, other = session.caller.namespace, fresh_namespace()
    await storage.administration.create_namespace(other)
    await declare(session, banner(experiment_id=BROKEN))
    await declare(session, banner())
    await declare(session, banner(experiment_id="draft", status="draft"))
    elsewhere = await session_of(storage, other)
    await declare(elsewhere, banner(status="paused"))
    for name in (BROKEN, BANNER):
        plant(database.superuser, namespace, name, {"ads": (0.1, 0.2)}, 100)
    spoil(database, namespace, 7)
    loop = Experiments(Only(storage.ledger, namespace, other), application, seconds=60)
    await loop.round()
    assert [each.experiment_id for each in await session.reports()] == [BANNER]
    assert [each.experiment_id for each in await elsewhere.reports()] == [BANNER]
    assert await failing(session) == [BROKEN]
    spoil(database, namespace, 0)
    await loop.round()
    assert [(each.experiment_id, each.units) for each in await session.reports()] == [(BROKEN, 200), (BANNER, 200)]
    assert await failing(session) == []
    spoil(database, namespace, 7)
    await loop.round()
    assert await failing(session) == [BROKEN]
    await declare(session, banner(experiment_id=BROKEN, status="stopped"))
    await loop.round()
    assert await failing(session) == []  # nothing more is learned of it


async def test_what_has_ended_between_two_rounds_gets_one_last_report(
    application: Application, storage: Storage, session: Session, database: Dsns
) -> None:
    namespace = session.caller.namespace
    loop = Experiments(Only(storage.ledger, namespace), application, seconds=60)
    await declare(session, banner(experiment_id="other", status="draft"))
    await loop.round()
    await declare(session, banner())
    plant(database.superuser, namespace, BANNER, {"ads": (0.1, 0.2)}, 100)
    await declare(session, banner(status="stopped"))
    await loop.round()
    plant(database.superuser, namespace, BANNER, {"ads": (0.1, 0.2)}, 100)
    await loop.round()
    await Experiments(Only(storage.ledger, namespace), application, seconds=60).round()
    assert [(each.experiment_id, each.units) for each in await session.reports()] == [(BANNER, 200)]


async def test_a_namespace_that_has_more_than_fits_a_round_goes_on_in_the_next_and_others_do_not_wait(
    application: Application, storage: Storage, session: Session
) -> None:
    elsewhere = await session_elsewhere(storage)
    for name in ("a", "b", "c"):
        await declare(session, banner(experiment_id=name))
    await declare(elsewhere, banner())
    loop = Experiments(
        Only(storage.ledger, session.caller.namespace, elsewhere.caller.namespace), application, seconds=0
    )
    refreshed = list[str]()
    for _ in range(3):
        await loop.round()
        newest = max(await session.reports(), key=lambda each: each.made_at)
        refreshed.append(newest.experiment_id)
        assert [each.experiment_id for each in await elsewhere.reports()] == [BANNER]
    assert refreshed == ["a", "b", "c"]


async def test_while_the_database_is_away_the_loop_waits(database: Dsns, namespace: Namespace, tmp_path: Path) -> None:
    async with (
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        await declare(session, banner())
        loop = Experiments(
            Only(storage.ledger, namespace), Application(Settings(home=tmp_path / "home"), storage), seconds=0.05
        )
        await link.cut()
        await until(lambda: not storage.health().database_is_up, "the database is away")
        running = asyncio.create_task(loop.run())
        await asyncio.sleep(0.2)
        assert not running.done()
        await link.mend()

        async def is_refreshed() -> bool:
            return storage.health().database_is_up and bool(await session.reports())

        await eventually(is_refreshed, "it was refreshed")
        running.cancel()
        await asyncio.wait([running])


def spoil(database: Dsns, namespace: Namespace, version: int) -> None:
    with psycopg.connect(database.superuser) as connection:
        connection.execute(_SPOIL, [version, namespace, BROKEN])
