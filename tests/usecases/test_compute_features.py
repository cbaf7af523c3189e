import pytest

from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import StoredFact
from tessella.usecases.compute_features import compute_features
from tests.database import session_of, values_of
from tests.shoppers import declare_computed
from tests.usecases.files import at, declare

pytestmark = pytest.mark.anyio

AS_OF = at("2017-12-31T00:00:00")
KINDS = {
    "user.visits": ("integer", {"kind": "count"}),
    "user.spend_7d": ("number", {"kind": "sum", "field": "value", "window_days": 7}),
    "user.last": ("timestamp", {"kind": "last_timestamp"}),
    "user.favourite_7d": ("string", {"kind": "top_value", "field": "event.shop", "window_days": 7}),
    "user.gift_share": ("number", {"kind": "rate", "where": {"eq": ["event.gift", True]}}),
}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare_computed(session, KINDS)
    await declare(session, "user.tier", type_="string")
    return session


def event(name: str, subject: str, moment: int, **fields: object) -> Event:
    return Event(name, SubjectId(subject), "buy", Instant(moment), **fields)  # type: ignore[arg-type]  # tests name the fields


async def test_computed_values_are_stored_with_the_moment_they_were_computed_for(session, warehouse):
    await session.add_events(
        [
            event("1", "a", AS_OF - DAY_US, value=0.1, properties={"shop": 'x"é,\n', "gift": True}),
            event("2", "a", AS_OF, value=0.2, properties={"shop": 'x"é,\n'}),
            event("3", "a", AS_OF + 1, value=99.0, properties={"shop": "later"}),
        ]
    )
    computed = await compute_features(session, warehouse, as_of=AS_OF)
    assert (set(computed.features), computed.changed) == (set(KINDS), 5)
    facts = await session.stored_facts(SubjectId("a"))
    assert {fact.as_of for fact in facts} == {AS_OF}
    assert await values_of(session, "a") == {
        "user.visits": 2,
        "user.spend_7d": 0.3,
        "user.last": "2017-12-31T00:00:00.000000+00:00",
        "user.favourite_7d": 'x"é,\n',
        "user.gift_share": 0.5,
    }
    assert (await session.known(SubjectId("a"))).facts.values["user.last"] == AS_OF


async def test_a_value_that_is_no_longer_found_is_taken_back(session, warehouse):
    await session.add_events([event("1", "a", AS_OF, value=5.0, properties={"shop": "x"})])
    await compute_features(session, warehouse, as_of=AS_OF)
    await compute_features(session, warehouse, as_of=AS_OF + 30 * DAY_US)
    values = await values_of(session, "a")
    assert "user.favourite_7d" not in values
    assert (values["user.visits"], values["user.spend_7d"]) == (1, 0.0)
    assert "user.favourite_7d" not in (await session.known(SubjectId("a"))).facts.values


async def test_a_changed_definition_takes_back_what_it_no_longer_finds_at_the_same_moment(session, warehouse):
    await session.add_events([event("1", "a", AS_OF, properties={"shop": "x"})])
    await compute_features(session, warehouse, as_of=AS_OF)
    narrower = {"kind": "top_value", "field": "event.shop", "where": {"ne": ["event.shop", "x"]}}
    await declare(session, "user.favourite_7d", "string", kind=narrower)
    await compute_features(session, warehouse, as_of=AS_OF)
    assert "user.favourite_7d" not in await values_of(session, "a")


async def test_a_refresh_leaves_facts_of_other_features_alone(session, warehouse):
    await session.add_facts([StoredFact(SubjectId("a"), "user.tier", "VIP", Instant(AS_OF - DAY_US))])
    await session.add_events([event("1", "a", AS_OF)])
    await compute_features(session, warehouse, as_of=AS_OF)
    assert (await values_of(session, "a"))["user.tier"] == "VIP"


async def test_a_refresh_of_an_earlier_moment_does_not_replace_newer_values(session, warehouse):
    await session.add_events([event("1", "a", AS_OF - DAY_US), event("2", "a", AS_OF)])
    await compute_features(session, warehouse, as_of=AS_OF)
    await compute_features(session, warehouse, as_of=AS_OF - 1)
    assert (await values_of(session, "a"))["user.visits"] == 2


async def test_a_subject_who_opted_out_is_not_computed_and_keeps_no_computed_value(session, warehouse):
    await session.add_events([event("1", "a", AS_OF), event("2", "b", AS_OF)])
    await compute_features(session, warehouse, as_of=AS_OF)
    await session.set_consent(SubjectId("a"), Consent(personalization_enabled=False, data_sharing_consent=False))
    await compute_features(session, warehouse, as_of=AS_OF)
    assert await values_of(session, "a") == {}
    assert (await values_of(session, "b"))["user.visits"] == 1


async def test_a_subject_of_another_namespace_is_not_computed(session, storage, warehouse, namespace):
    await storage.administration.create_namespace(f"{namespace}-b")
    other = await session_of(storage, f"{namespace}-b")
    await other.add_events([event("1", "a", AS_OF)])
    await compute_features(session, warehouse, as_of=AS_OF)
    assert await values_of(session, "a") == {}
    assert await values_of(other, "a") == {}


async def test_a_second_refresh_of_the_same_moment_changes_nothing(session, warehouse):
    await session.add_events([event("1", "a", AS_OF, value=0.1), event("2", "a", AS_OF, value=0.7)])
    await compute_features(session, warehouse, as_of=AS_OF)
    assert (await compute_features(session, warehouse, as_of=AS_OF)).changed == 0


async def test_a_namespace_without_kinds_computes_nothing(storage, warehouse, namespace):
    computed = await compute_features(await session_of(storage, namespace), warehouse, as_of=AS_OF)
    assert (computed.features, computed.changed) == ((), 0)


@pytest.mark.parametrize(
    "name", ["it's", 'a"b', "a\\b", "{0} %s $1", "x'); DROP TABLE events; --", "é\U0001f600", "a.b/c~d"]
)
async def test_a_hostile_name_of_a_property_is_only_a_name(session, warehouse, name):
    where = {"eq": [f"event.properties.{name}", name]}
    await declare(
        session, "user.hostile", "string", kind={"kind": "top_value", "field": f"properties.{name}", "where": where}
    )
    await session.add_events(
        [event("1", "a", AS_OF, properties={name: name}), event("2", "a", AS_OF, properties={"x": 1})]
    )
    await compute_features(session, warehouse, as_of=AS_OF)
    assert (await values_of(session, "a"))["user.hostile"] == name
