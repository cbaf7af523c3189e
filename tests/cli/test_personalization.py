"""`tessella personalization`: the kill switch, the rollout, and what a subject is shown."""

import asyncio

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports import StoredFact
from tests.database import define, session_of, storage_with
from tests.domain.personalization.scopes import HOROSCOPES

FLAGS = {"personalization_rankings": True, "ml_models": False, "evaluation_metrics": True, "rollout_percent": 100.0}


@pytest.fixture
def daily(shop, database, installation_home, namespace):
    """A scope with two items, and Anna, who is a leo."""

    async def declare():
        async with storage_with(database.app, installation_home) as storage:
            session = await session_of(storage, namespace)
            await define(session, Kind.FEATURE, "user.zodiac", name="user.zodiac", type="string")
            for name, kind in (("item.zodiac", "string"), ("item.approved_at", "timestamp")):
                await define(session, Kind.FEATURE, name, name=name, type=kind, source="item")
            await define(session, Kind.SCOPE, "daily_horoscopes", **HOROSCOPES)
            carrying = {"scopes": ["daily_horoscopes"]}
            signs = {"2000": "taurus", "2001": "leo"}
            await session.put_items([Item(each, properties=carrying | {"zodiac": signs[each]}) for each in signs])
            await session.add_facts([StoredFact(SubjectId("anna"), FeatureName("user.zodiac"), "leo", Instant(1))])

    asyncio.run(declare())
    return shop


def test_a_subjects_ranking_is_shown_with_its_reasons(daily):
    asked = ("personalization", "recommend", "daily_horoscopes", "--subject", "anna")
    first = daily(*asked, "--json").json()
    assert (first["scope"], first["cached"], first["model_version"]) == ("daily_horoscopes", False, "rule_v1")
    assert [(each["id"], each["score"], each["tags"]) for each in first["items"]] == [
        ("2001", 0.8, ["user_zodiac"]),
        ("2000", 0.5, []),
    ]
    assert daily(*asked, "--json").json() == first | {"cached": True}
    shown = daily(*asked).well().out
    assert shown.splitlines()[0] == "daily_horoscopes by rule_v1, kept from before"
    assert "user_zodiac" in shown


def test_while_rankings_are_switched_off_the_default_order_is_shown(daily):
    daily("personalization", "off").well()
    shown = daily("personalization", "recommend", "daily_horoscopes", "--subject", "anna").well().out
    assert shown.splitlines()[0] == "daily_horoscopes in the default order (switched_off)"


def test_rankings_are_switched_off_and_on_for_a_share_of_subjects(shop):
    assert shop("personalization", "status", "--json").json() == FLAGS | {"version": 0}
    assert shop("personalization", "off", "--json").json() == FLAGS | {"personalization_rankings": False, "version": 1}
    assert shop("personalization", "rollout", "10", "--json").json()["rollout_percent"] == 10.0
    shop("personalization", "on").well()
    assert shop("personalization", "status").well().out.splitlines() == [
        "personal rankings: on",
        "for 10 % of subjects",
        "models: off",
        "figures of evaluations: on",
    ]


def test_what_the_installation_has_switched_off_is_said_to_be_so(shop, monkeypatch):
    monkeypatch.setenv("PERSONALIZATION_ENABLED", "false")
    told = shop("personalization", "on").well().out.splitlines()
    assert told[0] == "personal rankings: off (PERSONALIZATION_ENABLED is false here)"


def test_a_share_is_of_a_hundred(shop):
    refused = shop("personalization", "rollout", "101")
    assert (refused.status, refused.out) == (2, "")
    assert shop("personalization", "status", "--json").json()["rollout_percent"] == 100.0


def test_a_scope_that_there_is_not_is_named(shop):
    refused = shop("personalization", "recommend", "daily").refused()
    assert refused == 'There is no scope "daily" in this namespace. There is none.'
