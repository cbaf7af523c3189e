import pytest

from tessella.domain.errors import ClientSentTrait, Faults, FeatureNotAccepted, WrongShape
from tessella.domain.features.schema import SUBJECT, Feature, Schema, Source
from tessella.domain.features.subject import NO_FACTS, Facts, assemble, opted_out
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, Role, SubjectId

NOON = Instant(1_483_358_400_000_000)
SCHEMA = Schema(
    [
        Feature("user.tier", FeatureType.STRING, overridable=True),
        Feature("user.ltv_eur", FeatureType.NUMBER),
        Feature("user.age", FeatureType.INTEGER, Source.REQUEST, personal=True),
        Feature("session.basket_value_usd", FeatureType.NUMBER, Source.REQUEST),
        Feature("total_revenue", FeatureType.NUMBER, overridable=True),
    ]
)
FACTS = Facts({"user.tier": "VIP", "user.ltv_eur": 900.0}, as_of=Instant(5))


def assembled(context: dict[str, object], *, facts: Facts = NO_FACTS, role: Role = Role.SERVICE):
    return assemble(SCHEMA, SubjectId("anna"), context, facts=facts, role=role, at=NOON)


def refusals(context: dict[str, object]) -> dict[str, str]:
    """Pointer and reason of each value that is not accepted."""
    with pytest.raises(Faults) as raised:
        assembled(context)
    faults = list(raised.value.faults())
    assert all(isinstance(each, FeatureNotAccepted) for each in faults)
    return {each.pointer: each.reason for each in faults}  # type: ignore[attr-defined]  # checked above


def test_a_subject_has_their_facts_the_context_the_clock_and_their_id():
    subject = assembled({"ctx": {"region": "FI"}}, facts=FACTS)
    assert subject.features == {
        "user.tier": "VIP",
        "user.ltv_eur": 900.0,
        "ctx.region": "FI",
        "ctx.hour": 12,
        "ctx.time_of_day": "afternoon",
        "ctx.weekday": "monday",
        SUBJECT: "anna",
    }
    assert (subject.requested, subject.facts.as_of) == (frozenset({"ctx.region"}), 5)


def test_a_visitor_without_an_id_has_no_subject():
    assert SUBJECT not in assemble(SCHEMA, None, {}, facts=NO_FACTS, role=Role.SERVICE, at=NOON).features


@pytest.mark.parametrize(
    "context",
    [
        {"ctx": {"region": "FI"}, "user": {"tier": "new"}, "session": {"basket_value_usd": 5}},
        {"ctx.region": "FI", "user.tier": "new", "session.basket_value_usd": 5},
        {"ctx": {"region": "FI"}, "user.tier": "new", "session.basket_value_usd": 5},
    ],
)
def test_a_context_is_nested_or_flat(context):
    features = assembled(context).features
    assert (features["ctx.region"], features["user.tier"], features["session.basket_value_usd"]) == ("FI", "new", 5.0)


def test_a_value_that_a_request_may_carry_wins_over_the_stored_one():
    subject = assembled({"user": {"tier": "new"}}, facts=FACTS)
    assert (subject.features["user.tier"], subject.requested) == ("new", {"user.tier"})


def test_a_value_of_the_wrong_type_does_not_hide_the_stored_one():
    subject = assembled({"user": {"tier": 5}}, facts=FACTS)
    assert (subject.features["user.tier"], subject.requested) == ("VIP", frozenset())


def test_a_stored_fact_that_is_not_overridable_cannot_be_sent():
    reason = "it is a stored fact; declare it overridable: true to let requests carry it"
    assert refusals({"user": {"ltv_eur": 5}}) == {"/context/user/ltv_eur": reason}


def test_the_clock_cannot_be_sent():
    assert refusals({"ctx": {"hour": 5}}) == {"/context/ctx/hour": 'it is computed from "at" and "ctx.timezone"'}


def test_personal_data_cannot_be_sent():
    assert refusals({"user.age": 44}) == {"/context/user.age": "it is personal data"}


def test_every_value_that_is_not_accepted_is_reported():
    assert set(refusals({"user": {"ltv_eur": 5, "age": 44}})) == {"/context/user/ltv_eur", "/context/user/age"}


@pytest.mark.parametrize("context", [{"user": {"tier": "VIP"}}, {"user.tier": "VIP"}, {"user": {"unheard_of": 1}}])
def test_a_client_cannot_send_traits_of_the_user(context):
    with pytest.raises(ClientSentTrait) as raised:
        assembled(context, role=Role.CLIENT)
    assert raised.value.pointer.startswith("/context/user")


def test_a_client_sends_its_context_and_session():
    features = assembled({"ctx": {"region": "FI"}, "session": {"basket_value_usd": 5}}, role=Role.CLIENT).features
    assert (features["ctx.region"], features["session.basket_value_usd"]) == ("FI", 5.0)


def test_names_that_are_not_declared_are_ignored_and_reported():
    subject = assembled({"ctx": {"moon": "full"}, "campaign": "x", "user": {"shoe": 43}})
    assert subject.ignored == ("ctx.moon", "campaign", "user.shoe")
    assert not {"ctx.moon", "campaign", "user.shoe"} & set(subject.features)


@pytest.mark.parametrize("group", ["ctx", "user", "session"])
def test_a_group_that_is_no_object_is_refused(group):
    with pytest.raises(WrongShape) as raised:
        assembled({group: "FI"})
    assert raised.value.pointer == f"/context/{group}"


def test_the_time_zone_of_the_request_sets_the_clock():
    assert assembled({"ctx": {"timezone": "Europe/Helsinki"}}).features["ctx.hour"] == 14


def test_of_a_subject_who_opted_out_the_request_tells_what_there_is():
    context = {"ctx": {"region": "FI", "timezone": "Europe/Helsinki"}, "unheard.of": 1}
    subject = opted_out(SCHEMA, context, role=Role.SERVICE, at=NOON)
    assert (subject.subject_id, subject.personalized, subject.facts) == (None, False, NO_FACTS)
    assert (subject.features["ctx.region"], subject.features["ctx.hour"], SUBJECT in subject.features) == (
        "FI", 14, False,
    )  # fmt: skip
    assert subject.ignored == ("unheard.of",)


def test_of_a_subject_who_opted_out_and_sends_nothing_nothing_is_known_but_the_clock():
    subject = opted_out(SCHEMA, {}, role=Role.SERVICE, at=NOON)
    assert (subject.subject_id, subject.personalized, subject.facts) == (None, False, NO_FACTS)
    assert set(subject.features) == {"ctx.hour", "ctx.time_of_day", "ctx.weekday"}
