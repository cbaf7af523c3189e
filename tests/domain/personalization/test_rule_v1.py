"""Orders by the rules of a scope: the boosts and base scores of requirement D, confidence, and what is remembered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.personalization.candidates import Candidate
from tessella.domain.personalization.confidence import HALF_LIFE_US
from tessella.domain.personalization.rollout import is_in_rollout
from tests.domain.personalization.scopes import (
    HOROSCOPES,
    HOUR,
    NOTIFICATIONS,
    NOW,
    notice,
    ranked,
    ranker,
    scores,
    sign,
)

LEO = {"user.zodiac": "leo"}
SIGNS = (sign("1", "aries"), sign("2", "leo"), sign("3", "libra"), sign("4", "taurus"), sign("5", "leo", hours_ago=24))


def test_the_users_sign_comes_first_then_related_ones_by_compatibility_then_ids():
    found = ranked(ranker(HOROSCOPES, *SIGNS), facts=LEO)
    assert [(each.item_id, each.score) for each in found] == [
        ("5", 0.9),
        ("2", 0.8),
        ("1", 0.6),
        ("3", 0.55),
        ("4", 0.5),
    ]


def test_high_engagement_adds_a_fifth_to_each_and_no_score_passes_one():
    found = ranked(ranker(HOROSCOPES, *SIGNS), facts=LEO, engagement_score=0.7)
    assert scores(found) == {"5": 1.0, "2": 1.0, "1": 0.8, "3": 0.75, "4": 0.7}
    assert [each.item_id for each in found[:2]] == ["2", "5"]
    assert scores(ranked(ranker(HOROSCOPES, *SIGNS), facts=LEO, engagement_score=0.69))["4"] == 0.5


def test_content_is_recent_until_a_day_after_its_approval_and_not_a_moment_longer():
    one = ranker(HOROSCOPES, sign("1", "aries", hours_ago=24))
    assert scores(ranked(one, facts={})) == {"1": 0.6}
    assert scores(ranked(one, facts={}, now=Instant(NOW + 1))) == {"1": 0.5}
    assert scores(ranked(one, facts={}, now=Instant(NOW - 1))) == {"1": 0.6}


@pytest.mark.parametrize(("engagement", "horoscope"), [(0.7, 0.8), (0.69, 0.5), (None, 0.5)])
def test_notifications_have_the_base_scores_of_the_requirement(engagement, horoscope):
    kinds = ranker(NOTIFICATIONS, *(notice(each, each) for each in ("community", "horoscope", "order", "promotion")))
    found = ranked(kinds, facts={}, engagement_score=engagement)
    assert scores(found) == {"order": 0.9, "horoscope": horoscope, "community": 0.4, "promotion": 0.3}
    assert [each.item_id for each in found] == ["order", "horoscope", "community", "promotion"]


def test_tags_say_why_an_item_stands_where_it_does():
    found = ranked(ranker(HOROSCOPES, *SIGNS), facts=LEO, engagement_score=0.9, session_count_7d=5)
    tags = {each.item_id: each.tags for each in found}
    assert tags["2"] == ("user_zodiac", "high_engagement", "daily_habit")
    assert tags["4"] == ("high_engagement", "daily_habit")
    assert ranked(ranker(NOTIFICATIONS, notice("1", "community")), facts={})[0].tags == ("social",)


def test_confidence_is_the_share_of_what_could_be_told_by_the_evidence_behind_it():
    """Of 0.7 in all: the sign, its relation and the approval are known, and engagement by 20 sessions: 0.8."""
    one = ranker(HOROSCOPES, sign("1", "aries"))
    [found] = ranked(one, facts=LEO, engagement_score=0.75, session_count_30d=20)
    assert found.confidence == round((0.5 + 0.2 * 0.8) / 0.7, 4)
    [older] = ranked(
        one, facts=LEO, engagement_score=0.75, session_count_30d=20, computed_at=Instant(NOW - HALF_LIFE_US)
    )
    assert older.confidence == round((0.5 + 0.2 * 0.4) / 0.7, 4)
    [stranger] = ranked(one, facts={})
    assert stranger.confidence == round(0.1 / 0.7, 4)


def test_an_order_update_is_as_certain_for_a_stranger_and_a_horoscope_is_not():
    found = ranked(
        ranker(NOTIFICATIONS, notice("1", "order"), notice("2", "horoscope"), notice("3", "community")), facts={}
    )
    assert {each.item_id: each.confidence for each in found} == {"1": 1.0, "2": 0.0, "3": 1.0}


def test_a_scope_without_rules_is_certain_and_in_the_order_of_ids():
    found = ranked(ranker({"scope_id": "plain"}, notice("b", "x"), notice("a", "x")), facts={})
    assert [(each.item_id, each.score, each.confidence) for each in found] == [("a", 0.5, 1.0), ("b", 0.5, 1.0)]


def test_the_default_order_has_base_scores_and_nothing_of_the_subject():
    kinds = ranker(NOTIFICATIONS, *(notice(each, each) for each in ("horoscope", "order")))
    assert [(each.item_id, each.score) for each in kinds.default(NOW)] == [("order", 0.9), ("horoscope", 0.5)]
    signs = ranker(HOROSCOPES, *SIGNS)
    before = signs.default(NOW)
    ranked(signs, facts=LEO, engagement_score=1.0)
    assert signs.default(NOW) == before
    assert {(each.score, each.confidence, each.tags) for each in before} == {(0.5, 0.0, ())}


def test_the_random_order_is_the_same_for_a_subject_and_another_for_others():
    items = ranker(HOROSCOPES, *(sign(f"{at:02}", "leo") for at in range(20)))
    anna, bert = (items.random(SubjectId(name), NOW) for name in ("anna", "bert"))
    assert anna == items.random(SubjectId("anna"), NOW)
    assert [each.item_id for each in anna] != [each.item_id for each in bert]
    assert [each.score for each in anna] == sorted((each.score for each in anna), reverse=True)


def test_the_random_order_puts_every_item_first_about_as_often():
    items = ranker(HOROSCOPES, *(sign(str(at), "leo") for at in range(4)))
    first = [items.random(SubjectId(f"s{at}"), NOW)[0].item_id for at in range(2_000)]
    assert all(420 <= first.count(str(at)) <= 580 for at in range(4))


def test_no_more_items_are_ranked_than_asked_for():
    few = ranker(HOROSCOPES, *SIGNS, most=2)
    assert [each.item_id for each in ranked(few, facts=LEO)] == ["5", "2"]
    assert len(few.default(NOW)) == len(few.random(SubjectId("anna"), NOW)) == 2


def test_an_item_is_shown_from_its_first_moment_until_before_its_last():
    item = Candidate("1", {}, Instant(NOW + HOUR), Instant(NOW + 2 * HOUR))
    some = ranker(HOROSCOPES, item, sign("2", "leo"))
    shown = [len(ranked(some, facts={}, now=Instant(NOW + at * HOUR))) for at in (0, 1, 2, 1, 0)]
    assert shown == [1, 2, 1, 2, 1]
    assert some.holds_until(NOW) == NOW + HOUR


def test_rules_that_compare_subjects_with_items_and_read_the_clock_are_not_remembered_too_long():
    scope = {
        "scope_id": "levels",
        "base": 0.1,
        "boosts": [
            {"add": 0.5, "when": {"compare": ["<=", {"var": "item.level"}, {"var": "user.age_days"}]}},
            {"add": 0.2, "when": {"lte_days_since": ["item.approved_at", 1]}},
        ],
    }
    level = Candidate("1", {FeatureName("item.level"): 10.0, FeatureName("item.approved_at"): int(NOW - 24 * HOUR)})
    one = ranker(scope, level)
    assert scores(ranked(one, facts={"user.age_days": 9.0})) == {"1": 0.3}
    assert scores(ranked(one, facts={"user.age_days": 10.0})) == {"1": 0.8}
    assert scores(ranked(one, facts={"user.age_days": 10.0}, now=Instant(NOW + HOUR))) == {"1": 0.6}


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "zodiac": st.sampled_from(["leo", "aries", "libra"]),
                "engagement_score": st.sampled_from([0.0, 0.69, 0.7, 1.0]),
                "session_count_7d": st.integers(0, 8),
                "session_count_30d": st.integers(0, 30),
            },
        ),
        max_size=12,
    )
)
def test_what_is_remembered_of_subjects_who_are_alike_is_what_a_new_ranking_says(subjects):
    remembering = ranker(HOROSCOPES, *SIGNS), ranker(NOTIFICATIONS, notice("1", "order"), notice("2", "horoscope"))
    for fields in subjects:
        zodiac = fields.pop("zodiac", None)
        facts = {} if zodiac is None else {"user.zodiac": zodiac}
        new = ranker(HOROSCOPES, *SIGNS), ranker(NOTIFICATIONS, notice("1", "order"), notice("2", "horoscope"))
        for old, other in zip(remembering, new, strict=True):
            assert ranked(old, facts=facts, **fields) == ranked(other, facts=facts, **fields)


def test_a_share_of_subjects_is_in_the_rollout_and_who_is_in_stays_in():
    ten = {at for at in range(10_000) if is_in_rollout(SubjectId(f"s{at}"), 10)}
    assert 900 <= len(ten) <= 1_100
    assert all(is_in_rollout(SubjectId(f"s{at}"), 50) for at in ten)
