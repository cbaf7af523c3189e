"""Why each segment was chosen or lost."""

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.rules.operators import OPERATORS
from tessella.domain.rules.operators.eq import Eq
from tessella.ports import AuditQuery, StoredFact
from tessella.usecases.decide import DecisionRequest
from tests.database import define, eventually, session_of
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

ANN = SubjectId("ann")


class Failing(Eq):
    """An operator with a mistake in its generated code."""

    __slots__ = ()

    def python(self, value, ctx):
        return f"{value}.no_such_method()"


def segment(segment_id, priority, *tiers, **more):
    rules = [{"rule_id": tier, "expr": {"eq": ["user.tier", tier]}} for tier in tiers]
    return {"segment_id": segment_id, "priority": priority, "rules": rules, **more}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare(session, "user.tier", type_="string")
    written = (
        segment("low", 1, "VIP"), segment("high", 9, "gold"), segment("empty", 7), segment("middle", 5, "VIP"),
        segment("off", 8, "VIP", active=False),
    )  # fmt: skip
    for each in written:
        await define(session, Kind.SEGMENT, each["segment_id"], **each)
    await session.add_facts([StoredFact(ANN, "user.tier", "VIP", Instant(0))])
    return session


async def test_a_simulation_tells_of_every_active_segment_in_the_order_of_trial_why_it_was_chosen_or_lost(session):
    explanation = await usecases.simulate(session, DecisionRequest(ANN))
    assert [(each.segment_id, each.matched, each.why) for each in explanation.segments] == [
        ("high", False, "None of its rules matches."),
        ("empty", False, "It has no enabled rule, so it matches nobody."),
        ("middle", True, "Chosen: the first segment in order of priority that matches."),
        ("low", True, 'It matches too, but "middle" comes first.'),
    ]
    assert explanation.sources["user.tier"] == "fact"


async def test_a_simulation_is_not_recorded_and_an_explained_decision_is(session):
    await usecases.simulate(session, DecisionRequest(ANN))
    decided = await usecases.decide_explained(session, DecisionRequest(ANN))

    async def is_recorded():
        rows, _ = await usecases.list_audit(session, AuditQuery())
        return [each.decision_id for each in rows] == [decided.decision.decision_id]

    await eventually(is_recorded, "the one decision was recorded")


async def test_segments_that_come_after_a_rule_that_failed_are_not_said_to_have_lost_to_the_default(
    session, monkeypatch
):
    monkeypatch.setitem(OPERATORS, "failing", Failing)
    rules = [{"rule_id": "bad", "expr": {"failing": ["user.tier", "VIP"]}}]
    await define(session, Kind.SEGMENT, "broken", segment_id="broken", priority=6, rules=rules)
    explanation = await usecases.simulate(session, DecisionRequest(ANN))
    assert explanation.decision.segment_id == "default"
    assert [(each.segment_id, each.why) for each in explanation.segments] == [
        ("high", "None of its rules matches."),
        ("empty", "It has no enabled rule, so it matches nobody."),
        ("broken", "One of its rules failed, so the default applies."),
        ("middle", "A rule failed before it was reached, so the default applies."),
        ("low", "A rule failed before it was reached, so the default applies."),
    ]


async def test_of_who_has_opted_out_only_values_of_the_request_are_shown(session):
    await session.set_consent(ANN, Consent(personalization_enabled=False))
    explanation = await usecases.simulate(session, DecisionRequest(ANN))
    assert explanation.decision.reasons[0].code == "opted_out"
    assert set(explanation.sources.values()) == {"clock"}
    assert explanation.segments
