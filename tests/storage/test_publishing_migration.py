"""What the second migration makes of a database that has been in use: nothing is lost, and the past is known again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from tessella.domain.definitions import Kind
from tessella.domain.errors import HistoryGone
from tessella.domain.identifiers import Namespace
from tessella.storage.embedded import Server
from tessella.storage.migrations import upgrade
from tests.database import Dsns, session_of, storage_with
from tests.storage.databases import database_of_the_first_migration

GOLD = {"profile_id": "gold"}
VIP = {"segment_id": "vip", "profile_id": "gold"}


@pytest.fixture
def first(postgres: Server) -> Iterator[Dsns]:
    """A database as the first migration left it."""
    with database_of_the_first_migration(postgres) as dsns:
        yield dsns


def put(connection: Connection, namespace: str, publishes: int, *rows: tuple[int, str, str, int, Any]) -> None:
    """A namespace with versions (day, kind, identifier, version, body), of which the newest are active."""
    connection.execute("INSERT INTO tessella.namespaces VALUES (%s)", [namespace])
    connection.execute("INSERT INTO tessella.snapshot_versions VALUES (%s, %s)", [namespace, publishes])
    for day, kind, identifier, version, body in rows:
        written = None if body is None else json.dumps(body)
        connection.execute(
            "INSERT INTO tessella.definition_versions VALUES (%s, %s, %s, %s, %s, %s, 'admin')",
            [namespace, kind, identifier, version, written, f"2026-01-{day:02}T00:00:00Z"],
        )
    connection.execute(
        "INSERT INTO tessella.active_definitions SELECT namespace, kind, identifier, version FROM ("
        "SELECT DISTINCT ON (kind, identifier) * FROM tessella.definition_versions WHERE namespace = %s "
        "ORDER BY kind, identifier, version DESC) AS newest WHERE body IS NOT NULL",
        [namespace],
    )


def contents(dsn: str, names: list[str]) -> dict[str, list[Any]]:
    with psycopg.connect(dsn) as connection:
        return {
            name: connection.execute(f"SELECT to_jsonb(row) FROM tessella.{name} AS row ORDER BY row::text").fetchall()
            for name in names
        }


def test_no_row_is_lost_or_changed(first: Dsns) -> None:
    names = ["namespaces", "definition_versions", "active_definitions", "snapshot_versions"]
    with psycopg.connect(first.superuser) as connection:
        put(connection, "shop", 1, (1, "profile", "gold", 1, GOLD), (1, "segment", "vip", 1, VIP))
        put(connection, "empty", 0)
    before = contents(first.superuser, names)
    upgrade(first.superuser)
    assert contents(first.superuser, names) == before


@pytest.mark.anyio
async def test_what_was_defined_at_each_version_is_known_again(first: Dsns, tmp_path: Path) -> None:
    with psycopg.connect(first.superuser) as connection:
        put(
            connection, "shop", 3,
            (1, "profile", "gold", 1, GOLD), (1, "segment", "vip", 1, VIP),
            (2, "profile", "gold", 2, {**GOLD, "alpha": 0.5}),
            (3, "segment", "vip", 2, None),
        )  # fmt: skip
    upgrade(first.superuser)
    async with storage_with(first.app, tmp_path / "home") as storage:
        session = await session_of(storage, Namespace("shop"))
        states = [await session.definitions_at(version) for version in range(4)]
        assert [(set(each.segments), [*each.profiles]) for each in states] == [
            (set(), []), ({"vip"}, ["gold"]), ({"vip"}, ["gold"]), (set(), ["gold"]),
        ]  # fmt: skip
        assert [each.profiles["gold"].knobs for each in states[1:]] == [{}, {"alpha": 0.5}, {"alpha": 0.5}]
        assert [each.changes for each in await session.publishes(limit=9, below=None)] == [1, 1, 2]
        assert await session.definitions() == states[3]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("publishes", "rows"),
    [
        (5, [(1, "profile", "gold", 1, GOLD), (2, "segment", "vip", 1, VIP)]),
        (2, [(2, "profile", "gold", 1, {}), (1, "profile", "gold", 2, GOLD), (1, "segment", "vip", 1, VIP)]),
    ],
    ids=["a publish left no row", "two publishes overlapped"],
)
async def test_of_a_past_that_is_not_certain_only_the_present_is_kept(
    first: Dsns, tmp_path: Path, publishes: int, rows: list[Any]
) -> None:
    with psycopg.connect(first.superuser) as connection:
        put(connection, "shop", publishes, *rows)
    upgrade(first.superuser)
    async with storage_with(first.app, tmp_path / "home") as storage:
        session = await session_of(storage, Namespace("shop"))
        assert set((await session.definitions_at(publishes)).segments) == {"vip"}
        assert (await session.definitions_at(0)).segments == {}
        with pytest.raises(HistoryGone, match=f"the history begins with version {publishes}"):
            await session.definitions_at(1)
        (only,) = await session.publishes(limit=9, below=None)
        assert (only.snapshot_version, only.published_by) == (publishes, "upgrade")
        assert await session.version(Kind.SEGMENT, "vip", 1) is not None
