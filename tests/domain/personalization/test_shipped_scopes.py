"""The scopes that the demo ships: document D's boosts, base scores and tags, number by number."""

from functools import cache
from itertools import pairwise, product

import pytest

from tessella.demo.data import DEFINITIONS
from tessella.domain.definitions import Definitions
from tessella.domain.definitions.scopes import parse_scopes
from tessella.domain.features.schema import Source
from tessella.domain.personalization.candidates import candidates_of
from tessella.domain.personalization.rule_v1.prepared import PreparedScope
from tessella.domain.personalization.rule_v1.ranker import ScopeRanker
from tessella.domain.personalization.rules import scope_schema
from tessella.files.definitions import read_folder
from tests.domain.personalization.scopes import notice, ranked, scores, sign

SIGNS = (
    "aries", "taurus", "gemini", "cancer", "leo", "virgo", "libra", "scorpio", "sagittarius", "capricorn", "aquarius",
    "pisces",
)  # fmt: skip
TAGS = {"user_zodiac", "high_engagement", "responsive_user", "daily_habit", "social", "low_engagement"}
KINDS = ("order_update", "horoscope", "community", "promotion")


@cache
def shipped() -> Definitions:
    return read_folder(DEFINITIONS)


def ranker(scope_id, *items):
    schema = scope_schema(shipped().features.values())
    prepared = PreparedScope(parse_scopes(shipped())[scope_id], schema)
    return ScopeRanker(prepared, candidates_of(sorted(items, key=lambda each: each.item_id)), 50)


def horoscopes(*, hours_ago=48):
    return ranker("daily_horoscopes", *(sign(each, each, hours_ago) for each in SIGNS))


def table():
    [related] = [each.related for each in shipped().scopes["daily_horoscopes"].boosts if each.related is not None]
    return related.table


def facts(zodiac="leo"):
    return {"user.zodiac": zodiac}


def test_the_own_sign_is_worth_three_tenths_engagement_two_and_approval_within_a_day_one():
    old, fresh = horoscopes(), horoscopes(hours_ago=24)
    assert scores(ranked(old, facts={})) == dict.fromkeys(SIGNS, 0.5)
    assert scores(ranked(old, facts=facts()))["leo"] == 0.8
    assert scores(ranked(old, facts={}, engagement_score=0.7)) == dict.fromkeys(SIGNS, 0.7)
    assert scores(ranked(old, facts={}, engagement_score=0.69)) == dict.fromkeys(SIGNS, 0.5)
    assert scores(ranked(fresh, facts={})) == dict.fromkeys(SIGNS, 0.6)
    assert scores(ranked(horoscopes(hours_ago=24.01), facts={})) == dict.fromkeys(SIGNS, 0.5)
    assert scores(ranked(fresh, facts=facts(), engagement_score=0.7))["leo"] == 1.0


@pytest.mark.parametrize("engagement", [0.2, 0.7])
@pytest.mark.parametrize("zodiac", SIGNS)
def test_the_own_sign_comes_first_and_related_ones_follow_by_compatibility(zodiac, engagement):
    """Even where that of the own sign is old, and all others are of today."""
    old, fresh = sign("own", zodiac), [sign(each, each, 1) for each in SIGNS if each != zodiac]
    found = ranked(ranker("daily_horoscopes", old, *fresh), facts=facts(zodiac), engagement_score=engagement)
    order = [each.item_id for each in found]
    assert order[0] == "own"
    together = [table()[zodiac][each] for each in order[1:]]
    assert together == sorted(together, reverse=True)
    assert all(first < then for first, then in pairwise(order[1:]) if table()[zodiac][first] == table()[zodiac][then])


def test_the_table_names_every_pair_of_signs_alike_from_both_sides_and_by_their_distance_alone():
    assert {(mine, its) for mine, row in table().items() for its in row} == set(product(SIGNS, repeat=2))
    by_distance = {}
    for (one, mine), (other, its) in product(enumerate(SIGNS), repeat=2):
        by_distance.setdefault(min((one - other) % 12, (other - one) % 12), set()).add(table()[mine][its])
    assert by_distance == {0: {0}, 1: {0.2}, 2: {0.8}, 3: {0.1}, 4: {1}, 5: {0.3}, 6: {0.6}}


@pytest.mark.parametrize(("engagement", "horoscope"), [(None, 0.5), (0.69, 0.5), (0.7, 0.8)])
def test_notifications_have_the_base_scores_of_document_d(engagement, horoscope):
    found = ranked(
        ranker("notifications", *(notice(each, each) for each in KINDS)), facts={}, engagement_score=engagement
    )
    assert scores(found) == {"order_update": 0.9, "horoscope": horoscope, "community": 0.4, "promotion": 0.3}


def test_the_tags_of_the_shipped_scopes_are_those_of_document_d():
    scopes = shipped().scopes.values()
    parts = [part for each in scopes for part in (*each.bases, *each.boosts, *each.tags)]
    assert {part.tag for part in parts} - {""} == TAGS


@pytest.mark.parametrize(
    ("fields", "tags"),
    [
        ({"engagement_score": 0.29}, {"low_engagement"}),
        ({"engagement_score": 0.3}, set()),
        ({"engagement_score": 0.7}, {"high_engagement"}),
        ({"notification_ctr": 0.5}, {"responsive_user"}),
        ({"notification_ctr": 0.49, "session_count_7d": 5}, {"daily_habit"}),
        ({"session_count_7d": 4}, set()),
    ],
)
def test_both_scopes_tell_the_same_of_a_subject(fields, tags):
    for found in (ranked(horoscopes(), facts={}, **fields), ranked(_of_a_horoscope(), facts={}, **fields)):
        assert set(found[0].tags) == tags


def _of_a_horoscope():
    return ranker("notifications", notice("1", "horoscope"))


def test_a_household_has_a_sign_and_no_birth_date_and_nothing_that_scopes_read_is_personal():
    rules, features = parse_scopes(shipped()), shipped().features
    read = {name for each in rules.values() for name in each.reads()}
    assert not any(features[name].personal for name in read & features.keys())
    assert not [name for name in features if "birth" in name]
    assert features["user.zodiac"].allowed_values == SIGNS
    assert {features[name].source for name in read if name.startswith("item.")} == {Source.ITEM}
