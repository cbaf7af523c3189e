from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from tessella.domain.features.gate import DAY_US
from tessella.domain.ranking.catalogue.catalogue import NONE
from tessella.domain.ranking.rank import rank
from tessella.domain.ranking.ranking import Ranking, RankingRequest
from tessella.domain.ranking.subject.history import NO_HISTORY
from tests.domain.ranking.catalogues import NOW, Item, a_config, a_history, an_index
from tests.domain.ranking.shops import a_shop

PLAIN = {"alpha": 1.0, "beta": 0.0, "gamma": 0.0, "profile_boost": 0.0, "mmr_lambda": 1.0}


def ids(ranking: Ranking) -> list[str]:
    return [each.item_id for each in ranking.items]


def codes(ranking: Ranking) -> list[str]:
    return [code for code, _ in ranking.remarks]


def asked(index, limit=10, *, history=NO_HISTORY, only=None, anchors=(), pins=(), region=None, **knobs) -> Ranking:
    def rows(item_ids):
        return index.catalogue.rows_of(list(item_ids))

    request = RankingRequest(
        a_config(**{**PLAIN, **knobs}), limit, history, None if only is None else rows(only), rows(anchors), rows(pins),
        region,
    )  # fmt: skip
    return rank(index, request, now=NOW)


FRUIT = an_index(
    Item("apple", "acme", "fruit"),
    Item("beet", "acme", "roots"),
    Item("carrot", "best", "roots"),
    Item("date", "best", "fruit"),
    Item("elder", None, None),
    popularity={"apple": 1.0, "beet": 0.8, "carrot": 0.6, "date": 0.4, "elder": 0.2},
    neighbours={"date": {"elder": 0.5, "carrot": 0.25}},
    vectors={"apple": [1, 0], "beet": [0.6, 0.8], "carrot": [0, 1], "date": [1, 0]},
)


# --- The blend --------------------------------------------------------------------------------------------------------


def test_by_popularity_alone_the_most_popular_comes_first():
    ranking = asked(FRUIT)
    assert ids(ranking) == ["apple", "beet", "carrot", "date", "elder"]
    assert [each.score for each in ranking.items] == pytest.approx([1.0, 0.8, 0.6, 0.4, 0.2], abs=1e-6)
    assert ranking.items[0].reasons == ("popularity",)


def test_what_was_often_seen_with_a_recent_item_comes_first_by_co_visitation():
    ranking = asked(FRUIT, history=a_history(FRUIT, ("date", 0)), alpha=0.0, beta=1.0)
    assert ids(ranking)[:2] == ["elder", "carrot"]
    assert [each.score for each in ranking.items][:2] == [1.0, 0.5]


def test_what_is_like_recent_items_comes_first_by_embedding():
    ranking = asked(FRUIT, history=a_history(FRUIT, ("apple", 0)), alpha=0.0, gamma=1.0)
    assert ids(ranking) == ["apple", "date", "beet", "carrot", "elder"]
    assert [each.score for each in ranking.items] == pytest.approx([1, 1, 0.6, 0, 0], abs=1e-6)


def test_what_was_bought_before_comes_first_by_own_history():
    history = a_history(FRUIT, ("carrot", 0), ("carrot", 90), ("date", 90))
    ranking = asked(FRUIT, history=history, alpha=0.0, delta=1.0)
    assert ids(ranking)[:2] == ["carrot", "date"]
    assert [each.score for each in ranking.items][:2] == pytest.approx([1.5 / 4.5, 0.5 / 3.5], abs=1e-6)


def test_a_view_is_no_purchase_and_no_own_history():
    seen = a_history(FRUIT, ("carrot", 0), purchased=False)
    assert {each.score for each in asked(FRUIT, history=seen, alpha=0.0, delta=1.0).items} == {0.0}


def test_taste_boosts_what_the_blend_speaks_for_by_its_share():
    history = a_history(FRUIT, ("date", 1))
    ranking = asked(FRUIT, history=history, profile_boost=0.5)
    scores = {each.item_id: each.score for each in ranking.items}
    assert scores == pytest.approx({"apple": 1.25, "beet": 0.8, "carrot": 0.75, "date": 0.6, "elder": 0.2}, abs=1e-6)
    assert "personalization" in ranking.items[0].reasons


def test_a_taste_is_read_from_its_window_only():
    history = a_history(FRUIT, ("date", 31))
    late, early = (asked(FRUIT, history=history, profile_boost=0.5, profile_window_days=days) for days in (30, 32))
    assert late.items[0].score == 1.0
    assert early.items[0].score == 1.25


def test_a_taste_has_so_many_labels_as_the_knob_says():
    index = an_index(Item("a", "x", "k", tags=("t", "u")), Item("b", tags=("t",)), popularity={"a": 1.0, "b": 1.0})
    history = a_history(index, ("a", 1), ("b", 1))
    boosted = asked(index, history=history, profile_boost=1.0, profile_top_n=1)
    assert [each.score for each in boosted.items] == [2.0, 2.0]
    assert [each.score for each in asked(index, history=history, profile_boost=1.0, profile_top_n=0).items] == [1, 1]


def test_equal_items_come_in_the_order_of_their_ids():
    index = an_index("d", "b", "a", "c", popularity=dict.fromkeys("abcd", 0.5))
    assert ids(asked(index)) == ["a", "b", "c", "d"]
    assert ids(asked(index, mmr_lambda=0.5)) == ["a", "b", "c", "d"]


# --- What is asked for ------------------------------------------------------------------------------------------------


def test_just_the_items_that_are_asked_for_are_ranked():
    assert ids(asked(FRUIT, only=["elder", "beet"])) == ["beet", "elder"]


def test_items_asked_for_twice_or_unknown_are_ranked_once_or_not_at_all():
    rows = np.array([4, NONE, 1, 4, NONE], np.int32)
    ranking = rank(FRUIT, RankingRequest(a_config(**PLAIN), 10, only=rows), now=NOW)
    assert ids(ranking) == ["beet", "elder"]


def test_the_signals_of_items_asked_for_are_those_of_any_ranking():
    history = a_history(FRUIT, ("date", 0))
    ranking = asked(FRUIT, history=history, only=["carrot", "beet"], alpha=0.0, beta=1.0)
    assert [(each.item_id, each.score) for each in ranking.items] == [("carrot", 1.0), ("beet", 0.0)]


def test_similar_items_are_found_around_anchors_and_not_around_the_history():
    history = a_history(FRUIT, ("carrot", 0))
    ranking = asked(FRUIT, history=history, anchors=["date"], alpha=0.0, beta=1.0)
    assert ids(ranking)[:2] == ["elder", "carrot"]
    assert "date" not in ids(ranking)


def test_a_list_is_no_longer_than_its_limit():
    assert ids(asked(FRUIT, 2)) == ["apple", "beet"]
    assert len(asked(FRUIT, 500).items) == 5


def test_pins_come_first_in_their_order_where_they_may_be_shown():
    index = an_index("a", "b", Item("gone", available=False), "z", popularity={"a": 1.0, "b": 0.5})
    ranking = asked(index, pins=["z", "gone", "b", "nowhere", "z"])
    assert ids(ranking) == ["z", "b", "a"]
    assert ranking.items[0].reasons == ("pinned",)
    assert ids(asked(index, 1, pins=["z", "b"])) == ["z"]


# --- What may be shown ------------------------------------------------------------------------------------------------


def test_an_item_is_shown_from_its_first_moment_until_before_its_last():
    index = an_index(
        Item("begun", available_from=NOW),
        Item("early", available_from=NOW + 1),
        Item("ending", available_until=NOW + 1),
        Item("over", available_until=NOW),
        Item("withdrawn", available=False),
    )
    assert ids(asked(index)) == ["begun", "ending"]


def test_an_item_is_shown_in_its_regions_and_one_without_any_everywhere():
    index = an_index(Item("a", regions=("FI", "SE")), Item("b", regions=("SE",)), "c")
    assert ids(asked(index, region="FI")) == ["a", "c"]
    assert ids(asked(index, region="SE")) == ["a", "b", "c"]
    assert ids(asked(index, region=None)) == ids(asked(index, region="NO")) == ["c"]


def test_what_was_bought_lately_is_left_out_where_the_rule_says_so():
    history = a_history(FRUIT, ("apple", 6.99), ("beet", 7))
    knobs = {"rule_exclude_purchased": True, "purchased_window_days": 7}
    ranking = asked(FRUIT, history=history, **knobs)
    assert ids(ranking) == ["beet", "carrot", "date", "elder"]
    assert codes(ranking) == ["excluded_purchased"]
    assert ids(asked(FRUIT, history=history)) == ["apple", "beet", "carrot", "date", "elder"]
    viewed = a_history(FRUIT, ("apple", 1), purchased=False)
    assert ids(asked(FRUIT, history=viewed, **knobs))[0] == "apple"


# --- What is said of the whole ----------------------------------------------------------------------------------------


def test_a_subject_of_whom_nothing_is_known_gets_what_is_popular():
    ranking = asked(FRUIT, beta=1.0, gamma=1.0, delta=1.0, profile_boost=1.0)
    assert ids(ranking) == ["apple", "beet", "carrot", "date", "elder"]
    assert codes(ranking) == ["cold_subject"]


def test_an_empty_catalogue_gives_an_empty_list_that_says_so():
    ranking = asked(an_index())
    assert (ids(ranking), codes(ranking)) == ([], ["empty_catalogue", "cold_subject"])


def test_where_nothing_may_be_shown_the_list_is_empty_and_says_so():
    index = an_index(Item("a", available=False), Item("b", available=False))
    assert (ids(asked(index)), codes(asked(index))) == ([], ["nothing_eligible", "cold_subject"])
    assert codes(asked(FRUIT, only=[])) == ["nothing_eligible", "cold_subject"]


def test_a_cap_is_kept_though_the_list_stays_short_of_its_limit():
    ranking = asked(FRUIT, brand_cap=1, history=a_history(FRUIT, ("date", 1)))
    assert ids(ranking) == ["apple", "carrot", "elder"]
    assert codes(ranking) == ["brand_cap", "cap_not_met"]


def test_a_half_life_or_window_that_was_not_built_is_served_by_the_nearest_and_said_so():
    history = a_history(FRUIT, ("date", 1))
    assert codes(asked(FRUIT, history=history)) == []
    for knobs in ({"half_life_days": 7.0}, {"co_vis_window_days": 14}):
        ranking = asked(FRUIT, history=history, **knobs)
        assert ids(ranking)[0] == "apple"
        assert codes(ranking) == ["window_not_built"]


# --- The same again ---------------------------------------------------------------------------------------------------


def test_the_same_inputs_give_the_same_bytes_in_any_order_and_thread():
    index, requests = a_shop(items=3_000, subjects=40)
    once = [msgspec.json.encode(rank(index, each, now=NOW)) for each in requests]
    again = [msgspec.json.encode(rank(index, each, now=NOW)) for each in reversed(requests)]
    with ThreadPoolExecutor(4) as pool:
        in_threads = [msgspec.json.encode(each) for each in pool.map(lambda r: rank(index, r, now=NOW), requests)]
    assert once == again[::-1] == in_threads


def test_the_number_of_threads_of_the_linear_algebra_changes_no_byte():
    index, requests = a_shop(items=3_000, subjects=20)

    def bytes_with(threads: int) -> list[bytes]:
        with threadpool_limits(threads):
            return [msgspec.json.encode(rank(index, each, now=NOW)) for each in requests]

    assert bytes_with(1) == bytes_with(2) == bytes_with(4)


def test_other_indexes_ranked_in_between_change_nothing():
    index, requests = a_shop(items=500, subjects=5)
    other, others = a_shop(items=2_000, subjects=5, seed=9)
    alone = [rank(index, each, now=NOW) for each in requests]
    between = []
    for mine, theirs in zip(requests, others, strict=True):
        rank(other, theirs, now=NOW)
        between.append(rank(index, mine, now=NOW))
    assert alone == between


def test_an_event_of_the_future_counts_as_one_of_now():
    ahead, now = a_history(FRUIT, ("date", -3)), a_history(FRUIT, ("date", 0))
    assert ahead.times[0] == NOW + 3 * DAY_US
    assert asked(FRUIT, history=ahead, delta=1.0) == asked(FRUIT, history=now, delta=1.0)


def test_events_that_count_for_nothing_tell_nothing():
    nothing = a_history(FRUIT, ("date", 1), weight=0.0)
    knobs = {"beta": 1.0, "gamma": 1.0, "delta": 1.0, "profile_boost": 1.0}
    assert ids(asked(FRUIT, history=nothing, **knobs)) == ["apple", "beet", "carrot", "date", "elder"]
    assert asked(FRUIT, history=nothing, **knobs).items[0].score == 1.0
