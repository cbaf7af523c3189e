import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import StoredFact
from tests.database import define, session_of
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

TIERS = {"ann": "VIP", "bob": "VIP", "carl": "gold", "dora": "none"}
NOW = Instant(0)


def segment(segment_id, priority, expr, **more):
    return {"segment_id": segment_id, "priority": priority, "rules": [{"rule_id": "r", "expr": expr}], **more}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare(session, "user.tier", type_="string")
    await session.add_facts([StoredFact(SubjectId(who), "user.tier", tier, NOW) for who, tier in TIERS.items()])
    for each in (
        segment("vip", 9, {"eq": ["user.tier", "VIP"]}),
        segment("known", 5, {"in": ["user.tier", ["VIP", "gold"]]}),
        segment("home", 7, {"eq": ["ctx.surface", "home"]}),
        segment("off", 99, {"exists": ["user.tier"]}, active=False),
    ):
        await define(session, Kind.SEGMENT, each["segment_id"], **each)
    return session


async def counts_of(session):
    counts = await usecases.count_matches(session, at=NOW)
    return {each.segment_id: (each.matches, each.first_matches) for each in counts}


async def test_a_subject_counts_in_every_segment_that_matches_and_first_in_one(session):
    assert await counts_of(session) == {
        "vip": (2, 2), "home": (None, None), "known": (3, 1), "off": (4, 0), "default": (None, 1),
    }  # fmt: skip


async def test_segments_are_counted_in_the_order_of_trial_then_inactive_ones_then_the_default(session):
    assert list(await counts_of(session)) == ["vip", "home", "known", "off", "default"]


async def test_who_has_opted_out_is_not_counted_not_even_in_the_default(session):
    for who in ("ann", "dora"):
        await session.set_consent(SubjectId(who), Consent(personalization_enabled=False))
    found = await counts_of(session)
    assert (found["vip"], found["known"], found["default"]) == ((1, 1), (2, 1), (None, 0))


async def test_a_segment_that_reads_the_request_has_no_count_and_names_what_it_asks(session):
    (home,) = (each for each in await usecases.count_matches(session, at=NOW) if each.segment_id == "home")
    assert (home.matches, home.request_time) == (None, ("ctx.surface",))
