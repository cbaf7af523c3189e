"""The chain of one process: no fork, no gap and no doubled row, whatever is not known of the last transaction."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import msgspec
import psycopg
import pytest

from tessella import usecases
from tessella.domain.decisions import kept
from tessella.domain.identifiers import Instant, Namespace
from tessella.storage.audit.chain import AuditChain
from tessella.storage.audit.rows import Recorded
from tessella.storage.connections.connecting import Connection
from tessella.storage.scope import SET_SCOPE, system
from tessella.storage.store import Storage
from tests.audits import made, record, stored_ids, until_stored
from tests.database import Dsns, session_of, storage_with
from tests.storage.commit_link import commit_link_to

pytestmark = pytest.mark.anyio


@pytest.fixture
async def connection(database: Dsns) -> AsyncIterator[Connection]:
    async with await psycopg.AsyncConnection[Any].connect(database.app, autocommit=True) as connection:
        yield connection


@pytest.fixture
async def rows(storage: Storage, namespace: Namespace) -> list[Recorded]:
    session = await session_of(storage, namespace)
    return [Recorded(namespace, made(session), Instant(at), b"key") for at in range(6)]


async def write(connection: Connection, chain: AuditChain, rows: list[Recorded]) -> None:
    """What the writer does in one transaction, without telling the chain how it ended."""
    scope = system(rows[0].namespace)
    async with connection.transaction():
        await connection.execute(SET_SCOPE, scope.parameters())
        await chain.prepare(connection, scope, rows)
        sent = {"namespace": scope.namespace, "rows": chain.encode(rows).decode()}
        await connection.execute(chain.insert.sql, sent)


def ids(rows: list[Recorded]) -> list[str]:
    return [row.decision.decision_id for row in rows]


async def test_what_was_committed_without_our_knowing_is_found_and_gone_on_from(
    connection: Connection, rows: list[Recorded], database: Dsns, namespace: Namespace
) -> None:
    chain = AuditChain(b"key")
    await write(connection, chain, rows[:2])
    chain.keep()
    await write(connection, chain, rows[2:4])
    chain.forget()
    await write(connection, chain, rows[2:])
    assert stored_ids(database, namespace) == ids(rows)


async def test_what_was_not_committed_leaves_no_gap(
    connection: Connection, rows: list[Recorded], database: Dsns, namespace: Namespace
) -> None:
    chain = AuditChain(b"key")
    await write(connection, chain, rows[:2])
    chain.keep()
    async with connection.transaction(force_rollback=True):
        await write(connection, chain, rows[2:4])
    chain.forget()
    await write(connection, chain, rows[3:])
    assert stored_ids(database, namespace) == ids(rows[:2] + rows[3:])
    with psycopg.connect(database.superuser) as superuser:
        found = superuser.execute("SELECT sequence FROM tessella.audit_heads WHERE namespace = %s", [namespace])
        assert found.fetchall() == [(5,)]


async def test_going_on_from_where_another_transaction_went_on_meanwhile_is_refused(
    connection: Connection, rows: list[Recorded], database: Dsns, namespace: Namespace
) -> None:
    chain = AuditChain(b"key")
    await write(connection, chain, rows[:2])
    chain.keep()
    await write(connection, chain, rows[2:4])
    with pytest.raises(psycopg.errors.SerializationFailure, match="the chain is at 4, not at 2"):
        await write(connection, chain, rows[4:])
    chain.forget()
    await write(connection, chain, rows[4:])
    assert stored_ids(database, namespace) == ids(rows)


async def test_the_body_is_stored_byte_by_byte_as_it_was_hashed(
    connection: Connection, rows: list[Recorded], database: Dsns, namespace: Namespace
) -> None:
    chain = AuditChain(b"key")
    await write(connection, chain, rows[:1])
    with psycopg.connect(database.superuser) as superuser:
        found = superuser.execute("SELECT body::text FROM tessella.decision_audit WHERE namespace = %s", [namespace])
        assert found.fetchone() == (msgspec.json.encode(kept(rows[0].decision)).decode(),)


@pytest.mark.parametrize("loss", ["commit", "answer"])
async def test_decisions_whose_commit_or_its_answer_is_lost_are_in_the_chain_once(
    database: Dsns, namespace: Namespace, tmp_path: Path, loss: Literal["commit", "answer"]
) -> None:
    async with (
        commit_link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, tmp_path / "home", namespace) as storage,
    ):
        session = await session_of(storage, namespace)
        recorded = []
        for turn in range(1, 4):
            recorded += [await record(session) for _ in range(3)]
            link.armed = loss
            await until_stored(database, namespace, turn * 3)
        recorded.append(await record(session))
        await until_stored(database, namespace, 10)
        verdict = await usecases.verify_audit(session, lambda share: None)
    assert link.lost >= 2
    assert stored_ids(database, namespace) == recorded
    assert (verdict.holds, verdict.rows) == (True, 10)
