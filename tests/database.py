"""What tests of the database share: namespaces, sessions, raw scopes, and a link that can be cut or made to hang."""

import asyncio
import itertools
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from faults.link import Link, mended
from tessella.domain.alerts.alert import AlertState
from tessella.domain.definitions import Definitions, Kind
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.ranking.catalogue.item import Availability
from tessella.models.files import CheckedFiles
from tessella.ports import Caller, Change, Session, StoredDefinition
from tessella.settings import Settings
from tessella.storage.errors import DatabaseAway
from tessella.storage.horizons import present_horizon
from tessella.storage.installation.secret_files import GENERATED
from tessella.storage.items.reading import changed_items
from tessella.storage.scope import SET_SCOPE, system
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Dsns:
    """How to reach the migrated database as the serving role and as the superuser."""

    app: str
    superuser: str


def fresh_namespace() -> Namespace:
    return Namespace(f"ns-{next(_NUMBERS)}")


def settings_for(home: Path, **changed: Any) -> Settings:
    return Settings(home=home, **changed)


@asynccontextmanager
async def storage_with(
    dsn: str, home: Path, namespace: Namespace | None = None, **changed: Any
) -> AsyncIterator[Storage]:
    """An open storage, like that of one server process."""
    _keep_keys(home)
    settings, files = settings_for(home, **changed), CheckedFiles()
    async with Storage(dsn, settings, env={}, models=files) as storage:
        if namespace is not None:
            await with_namespace(storage, namespace)
        yield storage


def _keep_keys(home: Path) -> None:
    """The keys that a first start would make, without its waiting for the disk."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (home / name for name in GENERATED):
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32))


async def with_namespace(storage: Storage, namespace: Namespace) -> None:
    """Make it. The first connection of a busy machine may take longer than a request would wait for one."""
    for _ in range(10):
        with suppress(DatabaseAway):
            return await storage.administration.create_namespace(namespace)
        await asyncio.sleep(0.2)
    raise AssertionError("the database did not answer")


async def session_of(
    storage: Storage, namespace: Namespace, role: Role = Role.ADMIN, subject_id: str | None = None
) -> StoredSession:
    subject = None if subject_id is None else SubjectId(subject_id)
    return await storage.session(Caller(namespace, role, subject))


async def session_elsewhere(storage: Storage) -> StoredSession:
    """An admin's session in another namespace, which is made for it."""
    namespace = fresh_namespace()
    await storage.administration.create_namespace(namespace)
    return await session_of(storage, namespace)


def accept_all(_: Definitions) -> None:
    """A check that finds nothing wrong."""


async def publish(
    session: StoredSession, kind: Kind, identifier: str, body: dict[str, Any] | None, *, expected: int | None = None
) -> Sequence[StoredDefinition]:
    """Publish one object past the use case's checks."""
    return (await session.publish([Change(kind, identifier, body, expected)], check=accept_all)).stored


async def define(session: StoredSession, kind: Kind, identifier: str, **body: Any) -> None:
    await publish(session, kind, identifier, body)


async def values_of(session: Session, subject_id: str) -> dict[str, object]:
    """What is stored of a subject, by feature."""
    return {fact.feature: fact.value for fact in await session.stored_facts(SubjectId(subject_id))}


async def open_alerts(session: Session) -> set[str]:
    """The rules of alerts that are not resolved."""
    found, _ = await session.alerts(state=AlertState.OPEN, limit=100, cursor=None)
    return {each.rule for each in found}


@contextmanager
def scoped(dsn: str, namespace: str, role: str, subject: str = "") -> Iterator[Connection]:
    """A transaction in a scope, rolled back at the end."""
    with psycopg.connect(dsn) as connection:
        connection.execute(SET_SCOPE, [namespace, role, subject])
        yield connection
        connection.rollback()


async def changes_since(dsn: str, namespace: Namespace, snapshot: str) -> list[Availability]:
    """What is told of a catalogue after a horizon."""
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        await connection.execute(SET_SCOPE, system(namespace).parameters())
        return await changed_items(connection, namespace, snapshot)


async def horizon_now(dsn: str) -> str:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        return (await present_horizon(connection)).snapshot


async def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, f"in vain waited until {what}"
        await asyncio.sleep(0.02)


async def eventually(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    deadline = time.monotonic() + 30
    while not await holds():
        assert time.monotonic() < deadline, f"in vain waited until {what}"
        await asyncio.sleep(0.02)


def link_to(dsn: str, folder: Path) -> AbstractAsyncContextManager[Link]:
    return mended(Link(dsn, folder))
