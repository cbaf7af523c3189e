"""A COMMIT whose answer is lost: the sender learns what happened, and nothing is written twice."""

import re
from pathlib import Path
from typing import Literal

import pytest

from tessella.domain.errors import AssignmentInDoubt, KeyReused
from tessella.domain.features.event import Event
from tessella.domain.identifiers import FeatureName, Instant, Namespace, Role, SubjectId
from tessella.ports import AlreadyAnswered, Caller, EventsAdded, KeptAnswer, Once, StoredFact
from tests.database import Dsns, link_to, session_of, storage_with, until
from tests.storage.commit_link import commit_link_to
from tests.storage.experiments_support import RULES, assignment

pytestmark = pytest.mark.anyio
LOSSES = pytest.mark.parametrize("loss", ["commit", "answer"])
Loss = Literal["commit", "answer"]


def event(event_id: str, subject: str = "ann") -> Event:
    return Event(event_id, SubjectId(subject), "buy", Instant(1_700_000_000_000_000))


def fact(value: str, as_of: int = 0) -> StoredFact:
    return StoredFact(SubjectId("ann"), FeatureName("user.tier"), value, Instant(as_of))


def once(key: str, body: bytes = b"b") -> Once[EventsAdded]:
    return Once(key, "POST /", body.ljust(32), lambda added: KeptAnswer(202, {}, b"%d" % added.accepted))


@LOSSES
async def test_what_was_new_is_told_as_new(database: Dsns, namespace: Namespace, tmp_path: Path, loss: Loss) -> None:
    async with (
        commit_link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        await session.add_events([event("e1")])
        for number in range(3):
            link.armed = loss
            added = await session.add_events([event(f"f{number}"), event("e1"), event(f"g{number}")])
            assert (added.accepted, added.duplicates, link.lost) == (2, 1, number + 1)
        again = await session.add_events([event("f0"), event("g2"), event("new")])
        assert (again.accepted, again.duplicates) == (1, 2)


@LOSSES
async def test_facts_that_changed_are_told_as_changed(
    database: Dsns, namespace: Namespace, tmp_path: Path, loss: Loss
) -> None:
    async with (
        commit_link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        await session.add_facts([fact("a")])
        link.armed = loss
        assert ((await session.add_facts([fact("b", 1)])).changed, link.lost) == (1, 1)


@LOSSES
async def test_a_request_under_a_key_is_answered_as_the_first(
    database: Dsns, namespace: Namespace, tmp_path: Path, loss: Loss
) -> None:
    async with (
        commit_link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        caller = Caller(namespace, Role.ADMIN)
        await (await storage.session(caller)).add_events([event("e0")])
        link.armed = loss
        added = await (await storage.session(caller, once("k"))).add_events([event("e1")])
        assert (added.accepted, link.lost) == (1, 1)
        with pytest.raises(AlreadyAnswered) as earlier:
            await (await storage.session(caller, once("k"))).add_events([event("e1")])
        assert earlier.value.kept == KeptAnswer(202, {}, b"1")


async def test_two_clients_may_choose_the_same_key(database: Dsns, namespace: Namespace, tmp_path: Path) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace) as storage:
        for name in ("ann", "bob"):
            caller = Caller(namespace, Role.CLIENT, SubjectId(name))
            session = await storage.session(caller, once("k", name.encode()))
            assert (await session.add_events([event(f"of {name}", name)])).accepted == 1
        session = await storage.session(Caller(namespace, Role.CLIENT, SubjectId("ann")), once("k", b"other"))
        with pytest.raises(KeyReused):
            await session.add_events([event("e3")])


async def test_an_assignment_that_may_be_stored_is_told_as_neither_stored_nor_lost(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with (
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        await session.assign(assignment("bob", 0), RULES)
        link.hang_after = re.compile(b"COMMIT")
        with pytest.raises(AssignmentInDoubt):
            await session.assign(assignment("ann", 1), RULES)
        await link.mend()
        await until(lambda: storage.health().database_is_up, "the database is back")
        assert (await session.assign(assignment("ann", 2), RULES)).variant == 1
