"""Each publish writes down what it changed: what was defined at any version can be read, compared and brought back."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tessella.domain.definitions import Definitions, Kind
from tessella.domain.errors import NoSuchVersion, NothingToPublish, StalePlan
from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Change, Restore
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import Dsns, accept_all, define, publish, session_of, storage_with

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> StoredSession:
    return await session_of(storage, namespace)


async def gold(session: StoredSession, alpha: float) -> None:
    await define(session, Kind.PROFILE, "gold", profile_id="gold", alpha=alpha)


async def alphas(session: StoredSession, versions: int) -> list[dict[str, Any]]:
    """The profiles' knobs at each snapshot version, from 0."""
    states = [await session.definitions_at(version) for version in range(versions)]
    return [{name: profile.knobs["alpha"] for name, profile in state.profiles.items()} for state in states]


async def test_what_was_defined_at_every_version_is_read_back(session: StoredSession) -> None:
    await gold(session, 0.1)
    await define(session, Kind.PROFILE, "calm", profile_id="calm", alpha=0.9)
    await gold(session, 0.2)
    await publish(session, Kind.PROFILE, "calm", None)
    expected = [{}, {"gold": 0.1}, {"gold": 0.1, "calm": 0.9}, {"gold": 0.2, "calm": 0.9}, {"gold": 0.2}]
    assert await alphas(session, 5) == expected


@pytest.mark.parametrize("version", [-1, 2, 2**63 - 1])
async def test_a_version_that_was_never_published_is_named(session: StoredSession, version: int) -> None:
    await gold(session, 0.1)
    with pytest.raises(NoSuchVersion, match=f"There is no version {version} of namespace"):
        await session.definitions_at(version)


async def test_another_namespace_has_versions_of_its_own(
    storage: Storage, session: StoredSession, namespace: Namespace
) -> None:
    await gold(session, 0.1)
    other = Namespace(f"{namespace}-other")
    await storage.administration.create_namespace(other)
    theirs = await session_of(storage, other, Role.SUPERADMIN)
    with pytest.raises(NoSuchVersion):
        await theirs.definitions_at(1)
    assert await theirs.publish_at(1) is None
    assert await theirs.version(Kind.PROFILE, "gold", 1) is None
    with pytest.raises(NoSuchVersion):
        await theirs.restore(1)


async def test_a_publish_tells_who_what_and_why(session: StoredSession) -> None:
    await gold(session, 0.1)
    vip = Change(Kind.SEGMENT, "vip", {"segment_id": "vip"})
    await session.publish([vip, Change(Kind.PROFILE, "gold", None)], check=accept_all, comment="Vips again")
    found = await session.publish_at(2)
    assert found is not None
    told, changes = found
    assert (told.snapshot_version, told.published_by, told.comment, told.changes) == (2, "admin", "Vips again", 2)
    assert [(each.kind, each.identifier, each.version) for each in changes] == [
        ("profile", "gold", None), ("segment", "vip", 1),
    ]  # fmt: skip
    assert told.published_at <= session.now()


async def test_publishes_are_listed_newest_first_a_page_at_a_time(session: StoredSession) -> None:
    for alpha in (0.1, 0.2, 0.3):
        await gold(session, alpha)
    pages = [await session.publishes(limit=2, below=below) for below in (None, 2)]
    assert [[each.snapshot_version for each in page] for page in pages] == [[3, 2], [1]]


async def test_versions_of_an_object_are_listed_with_its_deletions(session: StoredSession) -> None:
    await gold(session, 0.1)
    await publish(session, Kind.PROFILE, "gold", None)
    await gold(session, 0.3)
    versions = await session.versions(Kind.PROFILE, "gold", limit=9, below=None)
    assert [(each.version, each.body and each.body["alpha"]) for each in versions] == [(3, 0.3), (2, None), (1, 0.1)]


async def test_two_versions_differ_in_the_objects_that_were_changed_between_them(session: StoredSession) -> None:
    await gold(session, 0.1)
    await define(session, Kind.PROFILE, "calm", profile_id="calm")
    await gold(session, 0.2)
    await publish(session, Kind.PROFILE, "calm", None)
    there = await session.differing(1, 3)
    assert [(each.identifier, each.before, each.after) for each in there] == [
        ("calm", None, {"profile_id": "calm"}),
        ("gold", {"profile_id": "gold", "alpha": 0.1}, {"profile_id": "gold", "alpha": 0.2}),
    ]
    back = await session.differing(3, 1)
    assert [(each.identifier, each.after, each.before) for each in back] == [
        (each.identifier, each.before, each.after) for each in there
    ]
    assert [each.identifier for each in await session.differing(1, 4)] == ["gold"]


async def test_restoring_a_version_moves_the_pointer_and_writes_no_body(session: StoredSession) -> None:
    await gold(session, 0.1)
    await gold(session, 0.2)
    (back,) = (await session.publish([Restore(Kind.PROFILE, "gold", 1)], check=accept_all)).stored
    assert (back.version, back.body["alpha"]) == (1, 0.1)
    assert len(await session.versions(Kind.PROFILE, "gold", limit=9, below=None)) == 2
    assert session.snapshot().definitions.profiles["gold"].knobs == {"alpha": 0.1}
    await gold(session, 0.3)
    found = await session.stored_one(Kind.PROFILE, "gold")
    assert found is not None
    assert found.version == 3
    assert [each.get("gold") for each in await alphas(session, 5)] == [None, 0.1, 0.2, 0.1, 0.3]


async def test_the_whole_namespace_goes_back_in_one_publish(session: StoredSession) -> None:
    await gold(session, 0.1)
    await define(session, Kind.PROFILE, "calm", profile_id="calm", alpha=0.9)
    await publish(session, Kind.PROFILE, "gold", None)
    await define(session, Kind.PROFILE, "new", profile_id="new", alpha=0.5)
    restored = await session.restore(2, comment="Back")
    assert restored.snapshot_version == 5
    assert await session.definitions() == await session.definitions_at(2) == session.snapshot().definitions
    assert set((await session.definitions_at(4)).profiles) == {"calm", "new"}
    with pytest.raises(NothingToPublish, match="what is defined is what was defined at snapshot version 2"):
        await session.restore(2)
    assert (await session.restore(0)).stored == []
    assert await session.definitions() == Definitions()


async def test_of_two_publishes_of_one_plan_the_second_is_stale(session: StoredSession) -> None:
    await gold(session, 0.1)

    async def publish_planned(name: str) -> object:
        change = Change(Kind.PROFILE, name, {"profile_id": name})
        return await session.publish([change], check=accept_all, expected_snapshot=1)

    outcomes = await asyncio.gather(publish_planned("a"), publish_planned("b"), return_exceptions=True)
    (stale,) = (each for each in outcomes if isinstance(each, StalePlan))
    assert (stale.stored, stale.expected) == (2, 1)
    assert len((await session.definitions()).profiles) == 2
    with pytest.raises(StalePlan):
        await session.restore(0, expected_snapshot=1)


async def test_publishes_of_many_processes_at_once_are_numbered_without_a_gap(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "other") as other:
        sessions = [await session_of(each, namespace) for each in (storage, other)]
        await asyncio.gather(
            *(define(sessions[n % 2], Kind.PROFILE, f"p{n % 5}", profile_id=f"p{n % 5}", alpha=0.1) for n in range(20))
        )
        listed = await sessions[0].publishes(limit=99, below=None)
    assert [each.snapshot_version for each in listed] == [*range(20, 0, -1)]
    assert {each.changes for each in listed} == {1}


async def test_a_publish_without_a_change_is_refused(session: StoredSession) -> None:
    with pytest.raises(NothingToPublish):
        await session.publish([], check=accept_all)
    assert await session.publishes(limit=9, below=None) == []


async def test_ten_thousand_objects_are_published_in_one_go(session: StoredSession) -> None:
    changes = [Change(Kind.PROFILE, f"p{n}", {"profile_id": f"p{n}"}) for n in range(10_000)]
    published = await session.publish(changes, check=accept_all)
    assert [each.identifier for each in published.stored] == [each.identifier for each in changes]
    assert len((await session.definitions_at(1)).profiles) == 10_000
