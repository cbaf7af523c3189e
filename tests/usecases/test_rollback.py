"""An object or a whole namespace goes back to what it was, if that still holds together with everything else."""

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import (
    Faults,
    NoSuchVersion,
    NothingToPublish,
    StalePlan,
    StaleVersion,
    UnknownFeature,
    UnknownReference,
    VersionDeleted,
)
from tessella.domain.segments.segment import Segment
from tests.database import publish, session_of
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

VIP = {"rules": [{"rule_id": "r", "expr": {"eq": ["user.tier", "VIP"]}}]}


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


async def save(session, kind, identifier, **body):
    saved = await usecases.save_definition(session, kind, identifier, body, expected_version=None)
    return saved.stored


async def vip(session, priority, **more):
    return await save(session, Kind.SEGMENT, "vip", segment_id="vip", priority=priority, **more)


def segments(session) -> dict[str, Segment]:
    return session.snapshot().definitions.segments


async def test_an_object_goes_back_to_an_earlier_version(session):
    for priority in (1, 2, 3):
        await vip(session, priority)
    back = await usecases.rollback_object(session, Kind.SEGMENT, "vip", 1, expected_version=3)
    assert (back.version, back.body["priority"], segments(session)["vip"].priority) == (1, 1, 1)
    with pytest.raises(StaleVersion):
        await usecases.rollback_object(session, Kind.SEGMENT, "vip", 2, expected_version=3)
    again = await usecases.rollback_object(session, Kind.SEGMENT, "vip", 3)
    assert again.version == 3
    assert (await vip(session, 4)).version == 4


async def test_an_object_that_was_deleted_is_there_again(session):
    await vip(session, 1)
    await usecases.delete_definition(session, Kind.SEGMENT, "vip", expected_version=1)
    with pytest.raises(VersionDeleted):
        await usecases.rollback_object(session, Kind.SEGMENT, "vip", 2)
    await usecases.rollback_object(session, Kind.SEGMENT, "vip", 1)
    assert segments(session)["vip"].priority == 1


async def test_the_active_version_and_one_that_never_was_are_refused(session):
    await vip(session, 1)
    with pytest.raises(NothingToPublish, match='version 1 of the segment "vip" is the active one'):
        await usecases.rollback_object(session, Kind.SEGMENT, "vip", 1)
    with pytest.raises(NoSuchVersion, match='There is no version 7 of the segment "vip"'):
        await usecases.rollback_object(session, Kind.SEGMENT, "vip", 7)
    with pytest.raises(NoSuchVersion):
        await usecases.rollback_object(session, Kind.SEGMENT, "nobody", 1)
    assert session.snapshot().version == 1


async def test_a_version_whose_feature_is_gone_cannot_come_back_alone(session):
    await declare(session, "user.tier", type_="string")
    await vip(session, 1, **VIP)
    await vip(session, 2)
    await usecases.delete_definition(session, Kind.FEATURE, "user.tier", expected_version=None)
    with pytest.raises(Faults) as refusal:
        await usecases.rollback_object(session, Kind.SEGMENT, "vip", 1)
    (fault,) = refusal.value.faults()
    assert (fault.pointer, type(fault)) == ("/rules/0/expr/eq/0", UnknownFeature)
    assert segments(session)["vip"].priority == 2
    await usecases.rollback_namespace(session, 2)
    assert segments(session)["vip"].rules[0].expr == {"eq": ["user.tier", "VIP"]}


async def test_a_version_whose_profile_is_gone_cannot_come_back_alone(session):
    await save(session, Kind.PROFILE, "gold", profile_id="gold")
    await vip(session, 1, profile_id="gold")
    await vip(session, 2)
    await usecases.delete_definition(session, Kind.PROFILE, "gold", expected_version=None)
    with pytest.raises(Faults) as refusal:
        await usecases.rollback_object(session, Kind.SEGMENT, "vip", 1)
    (fault,) = refusal.value.faults()
    assert (fault.pointer, type(fault)) == ("/profile_id", UnknownReference)


async def test_a_feature_does_not_go_back_to_a_type_that_rules_cannot_read(session):
    await declare(session, "user.tier", type_="number")
    await declare(session, "user.tier", type_="string")
    await vip(session, 1, **VIP)
    with pytest.raises(Faults, match="/segments/vip/rules/0/expr"):
        await usecases.rollback_object(session, Kind.FEATURE, "user.tier", 1)


async def test_the_namespace_goes_back_as_a_whole_and_forth_again(session):
    await vip(session, 1)
    await save(session, Kind.PROFILE, "gold", profile_id="gold")
    await usecases.delete_definition(session, Kind.SEGMENT, "vip", expected_version=None)
    before = await session.definitions()
    done = await usecases.rollback_namespace(session, 1, comment="Undo")
    assert (done.snapshot_version, set(segments(session)), session.snapshot().definitions.profiles) == (4, {"vip"}, {})
    await usecases.rollback_namespace(session, 3, expected_snapshot=4)
    assert await session.definitions() == before


async def test_a_namespace_does_not_go_to_a_version_that_never_was_or_is_overtaken(session):
    await vip(session, 1)
    await vip(session, 2)
    for version in (-1, 3, 2**63 - 1):
        with pytest.raises(NoSuchVersion):
            await usecases.rollback_namespace(session, version)
    with pytest.raises(StalePlan):
        await usecases.rollback_namespace(session, 1, expected_snapshot=1)
    with pytest.raises(NothingToPublish):
        await usecases.rollback_namespace(session, 2)
    assert session.snapshot().version == 2


async def test_a_past_that_does_not_hold_together_is_not_brought_back(session):
    """Such as one that an earlier Tessella took."""
    await publish(session, Kind.SEGMENT, "vip", {"segment_id": "vip", "profile_id": "nowhere"})
    await publish(session, Kind.SEGMENT, "vip", {"segment_id": "vip"})
    with pytest.raises(Faults, match='There is no profile "nowhere"'):
        await usecases.rollback_namespace(session, 1)
    assert session.snapshot().version == 2
