"""The ranking index that is served: swapped whole, followed through changes of items, and kept through every fault."""

import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.domain.ranking.catalogue.building import build_catalogue
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.index.index import Popularity, RankingIndex
from tessella.ports.indexes import IndexCounts, IndexState, StoredIndex
from tessella.storage.errors import DatabaseAway
from tessella.storage.horizons import Horizon, since
from tessella.storage.ids import new_id
from tessella.storage.indexes.errors import IndexBeingBuilt, IndexBuildOvertaken, IndexNotWritten, IndexTorn
from tessella.storage.store import Storage
from tests.database import (
    Dsns,
    changes_since,
    eventually,
    fresh_namespace,
    link_to,
    scoped,
    session_elsewhere,
    session_of,
    storage_with,
    until,
)

pytestmark = pytest.mark.anyio

COUNTS = IndexCounts(2, 10, 1)
ITEMS = (Item("a"), Item("b"))


async def build(storage: Storage, namespace: Namespace, items: tuple[Item, ...] = ITEMS) -> StoredIndex:
    """Store the items, and publish an index of them."""
    session = await session_of(storage, namespace)
    await session.put_items(items)
    async with session.building_index(Instant(7)) as building:
        popular = Popularity(np.ones(len(items), np.float32), np.arange(len(items), dtype=np.int32))
        catalogue = build_catalogue(items).catalogue
        index = RankingIndex(building.version, Instant(7), catalogue, {30.0: popular})
        return await building.publish(index, COUNTS, {"half_lives_days": [30.0]})


async def served(storage: Storage, namespace: Namespace) -> RankingIndex:
    index = await (await session_of(storage, namespace)).index()
    assert index is not None
    return index


async def shown(storage: Storage, namespace: Namespace) -> list[str]:
    """The items that may be shown now."""
    index = await served(storage, namespace)
    rows = np.arange(len(index.catalogue), dtype=np.int32)
    return index.catalogue.ids_of(rows[index.catalogue.is_available(rows, Instant(1))])


def files(home: Path, namespace: Namespace) -> list[str]:
    return sorted(path.name for path in (home / "indexes" / namespace).iterdir())


@pytest.fixture
async def other(database: Dsns, storage: Storage, tmp_path: Path) -> AsyncIterator[Storage]:
    """Another process of the same machine."""
    async with storage_with(database.app, tmp_path / "home") as other:
        yield other


async def test_a_namespace_without_an_index_has_none(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    assert (await session.index(), await session.indexes()) == (None, [])


async def test_a_published_index_is_told_of(storage: Storage, namespace: Namespace) -> None:
    stored = await build(storage, namespace)
    session = await session_of(storage, namespace)
    assert (stored.state, stored.as_of, stored.counts) == (IndexState.ACTIVE, 7, COUNTS)
    assert stored.settings == {"half_lives_days": [30.0]}
    assert (stored.bytes or 0) > 0
    assert await session.indexes() == [stored]
    assert await session.stored_index(stored.version) == stored


async def test_every_process_swaps_to_a_new_index(storage: Storage, other: Storage, namespace: Namespace) -> None:
    first = await build(storage, namespace)
    held = await served(other, namespace)
    assert held.version == first.version
    second = await build(storage, namespace, (*ITEMS, Item("c")))
    for each in (storage, other):
        await eventually(lambda each=each: _serves(each, namespace, second.version), "the new index is served")
    assert len((await served(other, namespace)).catalogue) == 3
    assert len(held.catalogue) == 2, "who holds the old one goes on with it"


async def _serves(storage: Storage, namespace: Namespace, version: str) -> bool:
    return (await served(storage, namespace)).version == version


async def test_a_withdrawn_a_deleted_and_an_ended_item_are_gone_in_every_process_without_a_build(
    storage: Storage, other: Storage, namespace: Namespace
) -> None:
    items = (*ITEMS, Item("c"), Item("d"))
    version = (await build(storage, namespace, items)).version
    assert await shown(other, namespace) == ["a", "b", "c", "d"]
    session = await session_of(storage, namespace)
    await session.put_items([replace(ITEMS[0], available=False), Item("c", available_until=Instant(1))])
    await session.delete_item("b")
    for each in (other, storage):
        await eventually(lambda each=each: _shows(each, namespace, ["d"]), "they are gone")
    assert (await served(other, namespace)).version == version
    await session.put_items([ITEMS[0]])
    await eventually(lambda: _shows(other, namespace, ["a", "d"]), "the first one is back")


async def _shows(storage: Storage, namespace: Namespace, items: list[str]) -> bool:
    return await shown(storage, namespace) == items


async def test_two_processes_name_the_same_overlay_the_same(
    storage: Storage, other: Storage, namespace: Namespace
) -> None:
    await build(storage, namespace)
    assert (await served(other, namespace)).overlay == ""
    await (await session_of(storage, namespace)).put_items([Item("a", available=False)])
    await eventually(lambda: _shows(other, namespace, ["b"]), "it is gone")
    assert (await served(other, namespace)).overlay == (await served(storage, namespace)).overlay != ""


async def test_an_item_that_was_withdrawn_while_its_index_was_built_is_never_shown(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await session.put_items(ITEMS)
    async with session.building_index(Instant(7)) as building:
        index = RankingIndex(building.version, Instant(7), build_catalogue(ITEMS).catalogue)
        await session.put_items([Item("a", available=False)])
        await building.publish(index, COUNTS, {})
    assert await shown(storage, namespace) == ["b"]


async def test_a_torn_index_is_not_served_the_old_one_is_and_health_says_why(
    storage: Storage, namespace: Namespace, tmp_path: Path
) -> None:
    old = await build(storage, namespace)
    assert await _serves(storage, namespace, old.version)
    session = await session_of(storage, namespace)
    async with session.building_index(Instant(7)) as building:
        index = RankingIndex(building.version, Instant(7), build_catalogue(ITEMS).catalogue)
        new = await building.publish(index, COUNTS, {})
    (path,) = (tmp_path / "home" / "indexes" / namespace / new.version).glob("*-prices.npy")
    path.write_bytes(path.read_bytes()[:-8])
    async with storage_with(storage.dsn, tmp_path / "home") as late:
        assert await _serves(late, namespace, old.version)
        told = late.health().indexes[namespace]
        assert (told.version, told.failures) == (old.version, 1)
        assert told.failure == f"The ranking index {new.version} is not whole: {path.name} is not as it was written."
        with pytest.raises(IndexTorn):
            await (await session_of(late, namespace)).index_at(new.version)


async def test_only_the_last_versions_are_kept_and_are_there_for_replays(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace, index_versions=2) as storage:
        versions = [(await build(storage, namespace)).version for _ in range(3)]
        session = await session_of(storage, namespace)
        assert [(each.version, each.state) for each in await session.indexes()] == [
            (versions[2], IndexState.ACTIVE), (versions[1], IndexState.SUPERSEDED),
        ]  # fmt: skip
        assert files(tmp_path / "home", namespace) == [*versions[1:], "active"]
        assert (await session.index_at(versions[1])).version == versions[1]
        with pytest.raises(NoSuch):
            await session.index_at(versions[0])


async def test_a_second_build_of_a_namespace_is_refused_while_one_goes_on(
    storage: Storage, other: Storage, namespace: Namespace
) -> None:
    ours, theirs = await session_of(storage, namespace), await session_of(other, namespace)
    async with ours.building_index(Instant(7)):
        assert [each.state for each in await theirs.indexes()] == [IndexState.BUILDING]
        with pytest.raises(IndexBeingBuilt):
            async with theirs.building_index(Instant(7)):
                pass
        elsewhere = fresh_namespace()
        await storage.administration.create_namespace(elsewhere)
        await build(other, elsewhere)
    assert await ours.indexes() == []


async def test_a_build_that_was_taken_for_dead_publishes_nothing(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    before = await build(storage, namespace)
    async with session.building_index(Instant(7)) as building:
        with scoped(database.app, namespace, Role.ADMIN) as connection:
            connection.execute("DELETE FROM tessella.ranking_indexes WHERE state = 'building'")
            connection.commit()
        index = RankingIndex(building.version, Instant(7), build_catalogue(()).catalogue)
        with pytest.raises(IndexBuildOvertaken):
            await building.publish(index, COUNTS, {})
    assert [each.version for each in await session.indexes()] == [before.version]
    assert await _serves(storage, namespace, before.version)


async def test_a_build_that_fails_leaves_no_version(storage: Storage, namespace: Namespace, tmp_path: Path) -> None:
    session = await session_of(storage, namespace)
    with pytest.raises(ValueError, match="halfway"):
        async with session.building_index(Instant(7)):
            raise ValueError("halfway")
    assert await session.indexes() == []
    assert not (tmp_path / "home" / "indexes" / namespace).exists()


async def test_a_build_that_was_killed_is_not_listed_as_going_on(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    built = await build(storage, namespace)
    left = new_id()
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        connection.execute(
            "INSERT INTO tessella.ranking_indexes (namespace, version, as_of) VALUES (%s, %s, now())", [namespace, left]
        )
        connection.commit()
    assert await session.indexes() == [built]
    with pytest.raises(NoSuch):
        await session.stored_index(left)
    elsewhere = fresh_namespace()
    await storage.administration.create_namespace(elsewhere)
    async with (await session_of(storage, elsewhere)).building_index(Instant(7)):
        assert await session.indexes() == [built], "the build of another namespace is not its"


async def test_an_index_of_another_namespace_is_out_of_reach(storage: Storage, namespace: Namespace) -> None:
    stored = await build(storage, namespace)
    session = await session_elsewhere(storage)
    assert (await session.index(), await session.indexes()) == (None, [])
    for ask in (session.index_at, session.stored_index):
        with pytest.raises(NoSuch):
            await ask(stored.version)


async def test_a_process_started_without_its_database_serves_the_last_index(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    version = (await build(storage, namespace)).version
    kept = tmp_path / "home" / "snapshots" / f"{namespace}.snapshot"
    async with link_to(database.app, tmp_path) as link:
        async with storage_with(link.dsn, tmp_path / "home") as first:
            assert await _serves(first, namespace, version)
            await until(kept.exists, "it is kept")
        await link.cut()
        async with storage_with(link.dsn, tmp_path / "home") as cold:
            assert await shown(cold, namespace) == ["a", "b"]
            with pytest.raises(DatabaseAway):
                await (await session_of(cold, namespace)).indexes()
            await (await session_of(storage, namespace)).put_items([Item("a", available=False)])
            await link.mend()
            await eventually(lambda: _shows(cold, namespace, ["b"]), "it hears of the change")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a disk that is nearly full: no file of this process grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_build_that_finds_no_room_says_so_and_leaves_nothing(
    storage: Storage, namespace: Namespace, tmp_path: Path
) -> None:
    old = await build(storage, namespace)
    session = await session_of(storage, namespace)
    items = tuple(Item(f"{number:05}") for number in range(2_000))
    async with session.building_index(Instant(7)) as building:
        index = RankingIndex(building.version, Instant(7), build_catalogue(items).catalogue)
        with files_of_at_most(10_000), pytest.raises(IndexNotWritten, match="file too large"):
            await building.publish(index, COUNTS, {})
    assert await session.indexes() == [old]
    assert files(tmp_path / "home", namespace) == [old.version, "active"]


async def test_an_index_that_another_server_built_is_compared_with_every_item(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    here, elsewhere = Horizon("900:900:", "here"), Horizon("800:800:", "elsewhere")
    assert since(Horizon("800:800:", "here"), here) == "800:800:"
    session = await session_of(storage, namespace)
    await session.put_items(ITEMS)
    changed = await changes_since(database.app, namespace, since(elsewhere, here))
    assert {each.item_id for each in changed} == {"a", "b"}
