from dataclasses import replace

import pytest

from tessella import usecases
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.errors import Invalid
from tests.database import session_of

pytestmark = pytest.mark.anyio


def wanted(**alphas):
    profiles = {
        name: read_definition(Kind.PROFILE, {"profile_id": name, "alpha": alpha}) for name, alpha in alphas.items()
    }
    return Definitions.of({Kind.PROFILE: profiles})


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await usecases.apply_definitions(session, wanted(calm=0.2, bold=0.9))
    return session


async def test_only_what_changed_is_written(session):
    stored = await usecases.apply_definitions(session, wanted(calm=0.2, bold=0.8, new=0.5))
    assert {each.identifier: each.version for each in stored} == {"bold": 2, "new": 1}
    assert await usecases.apply_definitions(session, wanted(calm=0.2, bold=0.8, new=0.5)) == ()


async def test_what_is_left_out_stays_defined(session):
    await usecases.apply_definitions(session, wanted(new=0.5))
    assert sorted((await session.definitions()).profiles) == ["bold", "calm", "new"]


async def test_nothing_is_written_when_one_object_does_not_hold_together(session):
    segment = read_definition(Kind.SEGMENT, {"segment_id": "vip", "profile_id": "missing"})
    with pytest.raises(Invalid, match="missing"):
        await usecases.apply_definitions(session, replace(wanted(calm=0.7), segments={"vip": segment}))
    found = await session.definitions()
    assert (found.profiles["calm"].knobs["alpha"], found.segments) == (0.2, {})
