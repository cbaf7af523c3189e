"""Many changes or drafts are put in force together: all of them, checked as one state, or none."""

import asyncio

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import AlreadyExists, Faults, NoSuch, NothingToPublish, StaleDrafts, StalePlan, WrongShape
from tessella.ports import Change
from tests.database import define, publish, session_of

pytestmark = pytest.mark.anyio

GOLD = {"profile_id": "gold", "alpha": 0.5}
VIP = {"segment_id": "vip", "profile_id": "gold"}


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


async def draft(session, kind, identifier, body, expected=None):
    return await usecases.save_draft(session, kind, identifier, body, expected_version=expected)


async def test_changes_that_hold_together_only_as_a_whole_are_published_as_a_whole(session):
    vip = Change(Kind.SEGMENT, "vip", VIP)
    with pytest.raises(Faults, match='There is no profile "gold"'):
        await usecases.publish_changes(session, [vip])
    done = await usecases.publish_changes(session, [vip, Change(Kind.PROFILE, "gold", GOLD)], comment="Both")
    assert (done.snapshot_version, [each.identifier for each in done.stored]) == (1, ["vip", "gold"])
    assert session.snapshot().definitions.segments["vip"].profile_id == "gold"


async def test_one_fault_keeps_all_changes_out(session):
    changes = [
        Change(Kind.PROFILE, "gold", GOLD),
        Change(Kind.PROFILE, "calm", {"profile_id": "calm", "mmr_lambda": 7}),
    ]
    with pytest.raises(Faults) as refusal:
        await usecases.publish_changes(session, changes)
    assert [each.pointer for each in refusal.value.faults()] == ["/profiles/calm/mmr_lambda"]
    assert await session.present() == (0, await session.definitions_at(0))


async def test_a_deletion_that_would_break_a_reference_is_refused_where_it_breaks(session):
    await usecases.publish_changes(session, [Change(Kind.PROFILE, "gold", GOLD), Change(Kind.SEGMENT, "vip", VIP)])
    with pytest.raises(Faults) as refusal:
        await usecases.publish_changes(session, [Change(Kind.PROFILE, "gold", None)])
    assert [each.pointer for each in refusal.value.faults()] == ["/segments/vip/profile_id"]
    both = [Change(Kind.PROFILE, "gold", None), Change(Kind.SEGMENT, "vip", None)]
    assert (await usecases.publish_changes(session, both)).stored == []


async def test_a_plan_that_somebody_overtook_is_refused(session):
    await usecases.publish_changes(session, [Change(Kind.PROFILE, "gold", GOLD)], expected_snapshot=0)
    with pytest.raises(StalePlan):
        await usecases.publish_changes(
            session, [Change(Kind.PROFILE, "calm", {"profile_id": "calm"})], expected_snapshot=0
        )


async def test_drafts_are_published_together_and_are_no_drafts_afterwards(session):
    await draft(session, Kind.SEGMENT, "vip", VIP)
    await draft(session, Kind.PROFILE, "gold", GOLD)
    await draft(session, Kind.PROFILE, "other", {"profile_id": "other"})
    names = [(Kind.SEGMENT, "vip"), (Kind.PROFILE, "gold")]
    await usecases.publish_drafts(session, names, comment="First")
    assert [each.identifier for each in await usecases.list_drafts(session)] == ["other"]
    await usecases.publish_drafts(session)
    assert set((await session.definitions()).profiles) == {"gold", "other"}
    with pytest.raises(NothingToPublish):
        await usecases.publish_drafts(session)


async def test_a_refused_publish_keeps_the_drafts(session):
    await draft(session, Kind.SEGMENT, "vip", VIP)
    with pytest.raises(Faults):
        await usecases.publish_drafts(session)
    assert len(await usecases.list_drafts(session)) == 1
    assert (await session.present())[0] == 0


async def test_of_two_who_publish_the_same_draft_at_once_one_is_refused(session):
    await draft(session, Kind.PROFILE, "gold", GOLD)
    outcomes = await asyncio.gather(
        usecases.publish_drafts(session), usecases.publish_drafts(session), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes)[0] == "Published"
    assert len([each for each in outcomes if isinstance(each, Exception)]) == 1
    assert (await session.present())[0] == 1


async def test_stale_drafts_are_named_all_at_once(session):
    await define(session, Kind.PROFILE, "gold", **GOLD)
    await draft(session, Kind.PROFILE, "gold", {**GOLD, "alpha": 0.1})
    await draft(session, Kind.PROFILE, "calm", {"profile_id": "calm"})
    await publish(session, Kind.PROFILE, "gold", None)
    await define(session, Kind.PROFILE, "calm", profile_id="calm")
    with pytest.raises(StaleDrafts) as refusal:
        await usecases.publish_drafts(session)
    assert refusal.value.drafts == "profile calm (begun with 0, now 1), profile gold (begun with 1, now deleted)"
    assert len(await usecases.list_drafts(session)) == 2


async def test_a_deletion_is_drafted_and_published(session):
    await define(session, Kind.PROFILE, "gold", **GOLD)
    deletion = await usecases.draft_deletion(session, Kind.PROFILE, "gold", expected_version=1)
    assert deletion.body is None
    await usecases.publish_drafts(session, [(Kind.PROFILE, "gold")])
    assert (await session.definitions()).profiles == {}
    with pytest.raises(NoSuch):
        await usecases.draft_deletion(session, Kind.PROFILE, "gold", expected_version=None)


async def test_a_draft_must_be_well_formed_but_need_not_hold_together(session):
    with pytest.raises(WrongShape):
        await draft(session, Kind.SEGMENT, "vip", {"segment_id": "vip", "priority": "high"})
    kept = await draft(session, Kind.SEGMENT, "vip", VIP)
    assert kept.body["profile_id"] == "gold"


async def test_a_new_draft_needs_a_name_that_is_free(session):
    await usecases.create_draft(session, Kind.PROFILE, GOLD)
    with pytest.raises(AlreadyExists):
        await usecases.create_draft(session, Kind.PROFILE, GOLD)
    await usecases.delete_draft(session, Kind.PROFILE, "gold")
    await define(session, Kind.PROFILE, "gold", **GOLD)
    with pytest.raises(AlreadyExists):
        await usecases.create_draft(session, Kind.PROFILE, GOLD)


async def test_a_draft_that_is_not_there_cannot_be_published_or_deleted(session):
    with pytest.raises(NoSuch, match='There is no draft of a profile "gold"'):
        await usecases.publish_drafts(session, [(Kind.PROFILE, "gold")])
    with pytest.raises(NoSuch):
        await usecases.delete_draft(session, Kind.PROFILE, "gold")
