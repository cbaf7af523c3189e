import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import NotYours
from tessella.domain.identifiers import Instant, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import StoredFact
from tessella.usecases.decide import DecisionRequest
from tests.database import define, session_of
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

ANN, BOB = SubjectId("ann"), SubjectId("bob")
VIP = [{"rule_id": "tier", "expr": {"eq": ["user.tier", "VIP"]}}]


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare(session, "user.tier", type_="string")
    await define(session, Kind.SEGMENT, "vip", segment_id="vip", rules=VIP)
    await session.add_facts([StoredFact(each, "user.tier", "VIP", Instant(0)) for each in (ANN, BOB)])
    return session


async def test_each_request_of_a_batch_is_decided_by_the_facts_of_its_own_subject(session):
    asked = [DecisionRequest(each) for each in (ANN, None, SubjectId("carl"), ANN)]
    decisions = await usecases.decide_many(session, asked)
    assert [each.segment_id for each in decisions] == ["vip", "default", "default", "vip"]


async def test_who_opted_out_is_served_the_default_within_a_batch_and_leaves_no_values_behind(session):
    await session.set_consent(ANN, Consent(personalization_enabled=False))
    ann, bob = await usecases.decide_many(session, [DecisionRequest(ANN), DecisionRequest(BOB)])
    assert (ann.segment_id, ann.reasons[0].code, ann.subject_id, ann.features) == ("default", "opted_out", None, {})
    assert (bob.segment_id, bob.features) == ("vip", {"user.tier": "VIP"})


async def test_of_who_opted_out_the_request_alone_decides_and_nothing_of_it_is_kept(session):
    await declare(session, "ctx.campaign", type_="string", source="request")
    rules = [{"rule_id": "sent", "expr": {"eq": ["ctx.campaign", "spring"]}}]
    await define(session, Kind.SEGMENT, "spring", segment_id="spring", rules=rules)
    await session.set_consent(ANN, Consent(personalization_enabled=False))
    context = {"ctx.campaign": "spring"}
    batch, alone = (
        (await usecases.decide_many(session, [DecisionRequest(ANN, context)]))[0],
        await usecases.decide(session, DecisionRequest(ANN, context)),
    )
    for made in (batch, alone):
        assert [each.code for each in made.reasons] == ["opted_out", "segment_matched"]
        assert (made.segment_id, made.subject_id, made.features) == ("spring", None, {})


async def test_a_request_of_a_batch_may_be_about_a_moment_of_its_own(session):
    then, now = await usecases.decide_many(session, [DecisionRequest(ANN, at=Instant(0)), DecisionRequest(ANN)])
    assert then.at == 0
    assert now.at > 0


async def test_a_client_cannot_have_another_subject_decided_within_a_batch(session, storage, namespace):
    client = await session_of(storage, namespace, Role.CLIENT, ANN)
    with pytest.raises(NotYours, match="bob"):
        await usecases.decide_many(client, [DecisionRequest(ANN), DecisionRequest(BOB)])
