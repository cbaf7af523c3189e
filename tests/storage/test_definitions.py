"""Definitions are versions and a pointer: what a publish changes, what it refuses, and who sees it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest

from tessella.domain.definitions import Definitions, Kind
from tessella.domain.errors import Faults, InUse, NoSuch, NoSuchNamespace, StaleVersion, TessellaError
from tessella.domain.identifiers import Namespace, Role
from tessella.domain.ranking.profile import Profile
from tessella.ports import Change
from tessella.storage.store import Storage
from tessella.usecases.definitions import delete_definition, save_definition
from tests.database import Dsns, accept_all, define, publish, scoped, session_of, storage_with, until

pytestmark = pytest.mark.anyio

VIP = {"segment_id": "vip", "profile_id": "gold", "priority": 5}


async def test_what_was_published_is_read_back_with_its_version(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    (saved,) = await publish(session, Kind.PROFILE, "gold", {"profile_id": "gold", "alpha": 0.5}, expected=0)
    assert (saved.version, saved.body) == (1, {"profile_id": "gold", "alpha": 0.5})
    assert await session.stored_one(Kind.PROFILE, "gold") == saved
    assert await session.stored(Kind.PROFILE) == [saved]
    assert (await session.definitions()).profiles["gold"].knobs == {"alpha": 0.5}


async def test_a_second_version_is_stored_beside_the_first(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    for alpha in (0.1, 0.2):
        await define(session, Kind.PROFILE, "gold", profile_id="gold", alpha=alpha)
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        versions = connection.execute("SELECT version, body ->> 'alpha' FROM tessella.definition_versions ORDER BY 1")
        assert versions.fetchall() == [(1, "0.1"), (2, "0.2")]


async def test_objects_are_listed_by_name(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    for name in ("b", "B", "a-1", "a"):
        await define(session, Kind.PROFILE, name, profile_id=name)
    assert [each.identifier for each in await session.stored(Kind.PROFILE)] == ["B", "a", "a-1", "b"]


async def test_the_next_session_of_the_process_decides_with_what_was_published(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    assert session.snapshot().version == 0
    await define(session, Kind.SEGMENT, "vip", segment_id="vip")
    assert session.snapshot().version == 1
    assert "vip" in (await session_of(storage, namespace)).snapshot().definitions.segments


async def test_requests_that_come_together_for_a_namespace_not_in_memory_all_get_its_snapshot(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    await define(await session_of(storage, namespace), Kind.SEGMENT, "vip", segment_id="vip")
    async with storage_with(database.app, tmp_path / "other") as other:
        sessions = await asyncio.gather(*(session_of(other, namespace) for _ in range(20)))
    assert len({id(session.snapshot()) for session in sessions}) == 1
    assert sessions[0].snapshot().version == 1


async def test_a_session_decides_with_one_snapshot_from_beginning_to_end(
    storage: Storage, namespace: Namespace
) -> None:
    earlier = await session_of(storage, namespace)
    await define(await session_of(storage, namespace), Kind.SEGMENT, "vip", segment_id="vip")
    assert earlier.snapshot().version == 0


async def test_another_process_sees_what_was_published(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "other") as other:
        assert (await session_of(other, namespace)).snapshot().version == 0
        await define(await session_of(storage, namespace), Kind.SEGMENT, "vip", segment_id="vip")
        await until(lambda: other.health().states[namespace].version == 1, "the other process had the new version")


async def test_another_process_follows_a_change_a_deletion_and_the_way_back(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    session = await session_of(storage, namespace)
    await session.publish(
        [Change(Kind.PROFILE, name, {"profile_id": name, "alpha": 0.1}) for name in ("gold", "iron")], check=accept_all
    )
    async with storage_with(database.app, tmp_path / "other") as other:

        async def profiles(version: int) -> Mapping[str, Profile]:
            """Those that the other process decides with as soon as it has the version."""
            await until(lambda: other.health().states[namespace].version == version, f"it had version {version}")
            return (await session_of(other, namespace)).snapshot().definitions.profiles

        await session_of(other, namespace)
        first = await profiles(1)
        await define(session, Kind.PROFILE, "gold", profile_id="gold", alpha=0.2)
        second = await profiles(2)
        assert second["gold"].knobs == {"alpha": 0.2}
        assert second["iron"] is first["iron"]
        await publish(session, Kind.PROFILE, "iron", None)
        assert set(await profiles(3)) == {"gold"}
        await session.restore(1)
        assert await profiles(4) == first


async def test_a_version_that_was_counted_without_a_publish_is_read_whole(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    await define(await session_of(storage, namespace), Kind.PROFILE, "gold", profile_id="gold")
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        connection.execute("DELETE FROM tessella.active_definitions WHERE namespace = %s", [namespace])
        connection.execute("UPDATE tessella.snapshot_versions SET version = 2 WHERE namespace = %s", [namespace])
    await until(lambda: storage.health().states[namespace].version == 2, "it was seen")
    assert not (await session_of(storage, namespace)).snapshot().definitions.profiles


@pytest.mark.parametrize("expected", [0, 2])
async def test_a_version_that_is_not_the_stored_one_is_stale(
    storage: Storage, namespace: Namespace, expected: int
) -> None:
    session = await session_of(storage, namespace)
    await define(session, Kind.PROFILE, "gold", profile_id="gold")
    with pytest.raises(StaleVersion) as refusal:
        await publish(session, Kind.PROFILE, "gold", {"profile_id": "gold"}, expected=expected)
    assert (refusal.value.stored, refusal.value.expected) == (1, expected)
    assert session.snapshot().version == 1


async def test_of_two_editors_of_one_version_the_second_is_refused(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await define(session, Kind.PROFILE, "gold", profile_id="gold")

    async def edit(alpha: float) -> object:
        body = {"profile_id": "gold", "alpha": alpha}
        return await publish(session, Kind.PROFILE, "gold", body, expected=1)

    outcomes = await asyncio.gather(edit(0.1), edit(0.2), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["StaleVersion", "list"]


async def test_versions_go_on_counting_after_a_deletion(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await define(session, Kind.PROFILE, "gold", profile_id="gold")
    await publish(session, Kind.PROFILE, "gold", None, expected=1)
    assert await session.stored_one(Kind.PROFILE, "gold") is None
    await define(session, Kind.PROFILE, "gold", profile_id="gold")
    again = await session.stored_one(Kind.PROFILE, "gold")
    assert again is not None
    assert again.version == 3


async def test_what_does_not_exist_cannot_be_deleted(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    with pytest.raises(NoSuch):
        await publish(session, Kind.PROFILE, "gold", None)


async def test_several_changes_are_stored_all_or_none(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    gold = Change(Kind.PROFILE, "gold", {"profile_id": "gold"})
    with pytest.raises(StaleVersion):
        await session.publish([gold, Change(Kind.SEGMENT, "vip", VIP, expected_version=7)], check=accept_all)
    assert await session.definitions() == Definitions()
    await session.publish([gold, Change(Kind.SEGMENT, "vip", VIP, expected_version=0)], check=accept_all)
    assert session.snapshot().version == 1
    assert set((await session.definitions()).segments) == {"vip"}


async def test_what_the_check_refuses_is_not_stored(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    with pytest.raises(Faults, match='There is no profile "gold"'):
        await save_definition(session, Kind.SEGMENT, "vip", VIP, expected_version=0)
    assert await session.stored(Kind.SEGMENT) == []
    assert (await session_of(storage, namespace)).snapshot().version == 0


async def test_a_profile_cannot_go_while_somebody_points_a_segment_at_it(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    """Ten rounds of two processes that publish at once: whoever is second finds out, and the namespace stays whole."""
    async with storage_with(database.app, tmp_path / "other") as other:
        here, there = await session_of(storage, namespace), await session_of(other, namespace)
        for _ in range(10):
            await define(here, Kind.PROFILE, "gold", profile_id="gold")
            outcomes = await asyncio.gather(
                delete_definition(here, Kind.PROFILE, "gold", expected_version=None),
                save_definition(there, Kind.SEGMENT, "vip", VIP, expected_version=None),
                return_exceptions=True,
            )
            refused = [each for each in outcomes if isinstance(each, TessellaError)]
            assert len(refused) == 1
            assert isinstance(refused[0], InUse | Faults)
            stored = await here.definitions()
            assert {each.profile_id for each in stored.segments.values()} <= set(stored.profiles)
            if "vip" in stored.segments:
                await publish(here, Kind.SEGMENT, "vip", None)


async def test_a_namespace_that_nobody_made_has_no_snapshot(storage: Storage) -> None:
    session = await session_of(storage, Namespace("nobody-made-it"))
    with pytest.raises(NoSuchNamespace, match='namespace "nobody-made-it"'):
        session.snapshot()
    with pytest.raises(NoSuchNamespace):
        await define(session, Kind.PROFILE, "gold", profile_id="gold")


async def test_a_version_that_cannot_be_built_leaves_the_last_one_serving_and_is_reported(
    own_storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(own_storage, namespace)
    await define(session, Kind.PROFILE, "gold", profile_id="gold")
    await define(session, Kind.SEGMENT, "vip", segment_id="vip", profile_id="nowhere")
    later = await session_of(own_storage, namespace)
    assert later.snapshot().version == 1
    assert 'There is no profile "nowhere"' in own_storage.health().failures[namespace]
    await define(session, Kind.PROFILE, "nowhere", profile_id="nowhere")
    assert (await session_of(own_storage, namespace)).snapshot().version == 3
    assert own_storage.health().failures == {}


async def test_a_stored_object_that_cannot_be_read_is_named_and_the_last_snapshot_serves_on(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await define(session, Kind.PROFILE, "gold", profile_id="gold")
    await define(session, Kind.SEGMENT, "pr", segment_id="pr", priority="high")
    with pytest.raises(Faults) as refusal:
        await save_definition(session, Kind.SEGMENT, "vip", VIP, expected_version=None)
    (fault,) = refusal.value.faults()
    assert fault.pointer == "/segments/pr/priority"
    assert fault.message.startswith('The stored segment "pr" cannot be read: ')
    assert (await session_of(storage, namespace)).snapshot().version == 1
    assert '/segments/pr/priority: The stored segment "pr"' in storage.health().failures[namespace]


async def test_objects_that_cannot_be_read_are_deleted_or_written_anew_one_by_one(
    own_storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(own_storage, namespace)
    await define(session, Kind.PROFILE, "gold", profile_id="gold")
    bad = [Change(Kind.SEGMENT, name, {"segment_id": name, "priority": "high"}) for name in ("pr", "vip")]
    await session.publish(bad, check=accept_all)
    await delete_definition(session, Kind.SEGMENT, "pr", expected_version=None)
    await save_definition(session, Kind.SEGMENT, "vip", VIP, expected_version=None)
    assert (await session_of(own_storage, namespace)).snapshot().definitions.segments["vip"].priority == 5
    assert own_storage.health().failures == {}


async def test_namespaces_that_were_not_used_for_long_leave_memory(database: Dsns, tmp_path: Path) -> None:
    async with storage_with(database.app, tmp_path / "home", cached_namespaces=2) as storage:
        for name in ("lru-a", "lru-b", "lru-c"):
            await storage.administration.create_namespace(Namespace(name))
        assert set(storage.health().states) == {"lru-b", "lru-c"}
        assert (await session_of(storage, Namespace("lru-a"))).snapshot().version == 0
        assert set(storage.health().states) == {"lru-c", "lru-a"}
