"""Drafts: kept beside what is in force, one an object, until they are published or taken away."""

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import DraftChanged, StaleVersion
from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Change, Draft
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import accept_all, define, publish, session_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> StoredSession:
    return await session_of(storage, namespace)


async def draft_gold(session: StoredSession, alpha: float = 0.9, *, expected: int | None = None) -> Draft:
    return await session.save_draft(Change(Kind.PROFILE, "gold", {"profile_id": "gold", "alpha": alpha}, expected))


async def test_a_draft_changes_nothing_that_is_in_force(session: StoredSession) -> None:
    await define(session, Kind.PROFILE, "gold", profile_id="gold", alpha=0.1)
    draft = await draft_gold(session)
    assert (draft.base_version, draft.active_version, draft.is_stale) == (1, 1, False)
    assert (await session.definitions()).profiles["gold"].knobs == {"alpha": 0.1}
    assert await session.drafts() == [draft]
    assert await session.publishes(limit=9, below=None) != []
    assert session.snapshot().version == 1


async def test_a_draft_is_stale_as_soon_as_its_object_is_published_by_somebody(session: StoredSession) -> None:
    await draft_gold(session)
    await define(session, Kind.PROFILE, "gold", profile_id="gold", alpha=0.1)
    (draft,) = await session.drafts()
    assert (draft.base_version, draft.active_version, draft.is_stale) == (0, 1, True)
    assert (await draft_gold(session, 0.8)).is_stale
    assert not (await draft_gold(session, 0.8, expected=1)).is_stale


async def test_a_draft_of_an_object_that_was_deleted_since_is_stale(session: StoredSession) -> None:
    await define(session, Kind.PROFILE, "gold", profile_id="gold")
    await draft_gold(session)
    await publish(session, Kind.PROFILE, "gold", None)
    (draft,) = await session.drafts()
    assert (draft.base_version, draft.active_version, draft.is_stale) == (1, 0, True)


async def test_a_draft_written_over_a_version_that_is_not_active_is_refused(session: StoredSession) -> None:
    with pytest.raises(StaleVersion):
        await draft_gold(session, expected=3)
    assert await session.drafts() == []


async def test_publishing_takes_the_draft_away_unless_it_was_written_meanwhile(session: StoredSession) -> None:
    read = await draft_gold(session)
    await draft_gold(session, 0.5)
    change = Change(Kind.PROFILE, "gold", read.body)
    with pytest.raises(DraftChanged):
        await session.publish([change], check=accept_all, drafts=[read])
    (kept,) = await session.drafts()
    assert (kept.body, (await session.definitions()).profiles) == ({"profile_id": "gold", "alpha": 0.5}, {})
    await session.publish([change], check=accept_all, drafts=[kept])
    assert await session.drafts() == []


async def test_a_draft_is_deleted_once(session: StoredSession) -> None:
    await draft_gold(session)
    assert await session.draft(Kind.PROFILE, "gold") is not None
    assert await session.delete_draft(Kind.PROFILE, "gold") is True
    assert await session.delete_draft(Kind.PROFILE, "gold") is False
    assert await session.draft(Kind.PROFILE, "gold") is None


async def test_another_namespace_sees_no_draft(storage: Storage, session: StoredSession, namespace: Namespace) -> None:
    await draft_gold(session)
    other = Namespace(f"{namespace}-other")
    await storage.administration.create_namespace(other)
    theirs = await session_of(storage, other, Role.SUPERADMIN)
    assert await theirs.drafts() == []
    assert await theirs.delete_draft(Kind.PROFILE, "gold") is False
    assert len(await session.drafts()) == 1
