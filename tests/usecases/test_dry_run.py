import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import Invalid, NoSuch
from tessella.domain.identifiers import Instant, SegmentId, SubjectId
from tessella.domain.rules.ast import Form
from tessella.ports import StoredFact
from tessella.usecases.decide import DecisionRequest
from tests.database import define, session_of
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

ANN = SubjectId("ann")
VIP = {"eq": ["user.tier", "VIP"]}
AT_HOME = {"eq": ["ctx.surface", "home"]}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare(session, "user.tier", type_="string")
    rules = [{"rule_id": "tier", "expr": VIP}, {"rule_id": "home", "expr": AT_HOME, "enabled": False}]
    await define(session, Kind.SEGMENT, "vip", segment_id="vip", rules=rules)
    await session.add_facts([StoredFact(ANN, "user.tier", "VIP", Instant(0))])
    return session


async def test_a_rule_that_is_not_saved_is_tried_on_a_subject_beside_what_is_chosen_now(session):
    request = DecisionRequest(ANN, {"ctx": {"surface": "search"}})
    tried = await usecases.dry_run_rule(session, {"all": [VIP, AT_HOME]}, Form.DSL, request)
    assert (tried.matched, tried.chosen_segment_id) == (False, "vip")
    assert [(each.feature, each.truth) for each in tried.tree.children] == [
        ("user.tier", "true"),
        ("ctx.surface", "false"),
    ]
    assert (tried.sources["user.tier"], tried.sources["ctx.surface"]) == ("fact", "request")


async def test_a_dry_run_of_a_rule_points_at_its_fault(session):
    with pytest.raises(Invalid) as refused:
        await usecases.dry_run_rule(session, {"eq": ["user.teir", "VIP"]}, Form.DSL, DecisionRequest(ANN))
    (fault,) = refused.value.faults()
    assert (fault.pointer, "user.tier" in fault.hint()) == ("/expr/eq/0", True)


async def test_a_segment_is_tried_by_its_enabled_rules_only(session):
    at_home = DecisionRequest(None, {"ctx": {"surface": "home"}})
    assert not (await usecases.dry_run_segment(session, SegmentId("vip"), at_home)).matched
    assert (await usecases.dry_run_segment(session, SegmentId("vip"), DecisionRequest(ANN))).matched


async def test_a_segment_that_is_not_there_cannot_be_tried(session):
    with pytest.raises(NoSuch, match="vop"):
        await usecases.dry_run_segment(session, SegmentId("vop"), DecisionRequest(ANN))
