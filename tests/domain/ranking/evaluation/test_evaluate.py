"""Rankings compared on purchases whose truth is planted."""

import numpy as np
import pytest

from tessella.domain.ranking.build import index_steps
from tessella.domain.ranking.catalogue.building import build_catalogue
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.evaluation.contenders import BASELINES, contender, lists_of
from tessella.domain.ranking.evaluation.evaluate import evaluation_steps
from tessella.domain.ranking.evaluation.search import search_steps
from tessella.domain.ranking.evaluation.views import View
from tessella.domain.ranking.index.recipe import Recipe, Windows
from tessella.domain.ranking.knobs import DEFAULTS
from tessella.domain.ranking.setup import RankingSetup
from tessella.domain.steps import walk
from tests.domain.ranking.evaluation.shops import ITEMS, a_split, bought

REPEATERS = [bought(f"r{number}", "b", day) for number in range(30) for day in (-9, 1)]
#: More people buy "a", and none of them comes back for it.
CROWD = [bought(f"c{number}", "a", -2) for number in range(60)]
SPLIT = a_split(*REPEATERS, *CROWD)
OWN = contender("own", {**DEFAULTS, "alpha": 0.1, "delta": 1.0})


def index_of(split):
    recipe = Recipe("v", split.as_of, RankingSetup(), Windows((30.0,), (90,)))
    return walk(index_steps(recipe, build_catalogue(Item(each) for each in ITEMS), split.known))


def evaluated(split, *contenders, segments=()):
    return walk(evaluation_steps(index_of(split), split, contenders, segments, length=2))


def test_the_ranking_that_knows_what_is_repeated_beats_popularity_by_a_known_amount():
    found = evaluated(SPLIT, OWN).metric("own", View.REPEATS_ALLOWED, "ndcg")
    assert found.value == 1.0
    gain = found.against["popularity"]
    assert (gain.value, gain.low, gain.high) == pytest.approx([1 - 1 / np.log2(3)] * 3)
    assert found.against["own_history"].value == 0


def test_the_baselines_are_always_there_and_their_lists_come_from_the_production_ranking():
    report = evaluated(SPLIT)
    assert [each.name for each in report.contenders] == ["popularity", "own_history"]
    assert lists_of(index_of(SPLIT), SPLIT, BASELINES[0], View.REPEATS_ALLOWED, 2)[0].tolist() == [0, 1]
    assert (report.subjects, report.items, report.events) == (30, 3, 90)


def test_for_new_items_nothing_that_was_bought_is_shown():
    lists = lists_of(index_of(SPLIT), SPLIT, OWN, View.NEW_ITEMS, 3)
    assert 1 not in lists


def test_a_view_that_nobody_has_a_purchase_for_has_no_figures():
    views = {each.view: each.groups for each in evaluated(SPLIT, OWN).contenders[0].views}
    assert views[View.NEW_ITEMS] == []
    assert len(views[View.REPEATS]) == 1


def test_a_segment_is_told_apart_and_one_of_few_subjects_is_not_told():
    segments = ["many"] * 25 + ["few"] * 5
    groups = evaluated(SPLIT, OWN, segments=segments).contenders[0].views[0].groups
    assert [(group.segment_id, group.subjects) for group in groups] == [(None, 30), ("many", 25)]


@pytest.mark.parametrize("purchases", [[], [bought("s", "a", -1)], [bought("s", "a", 1)]])
def test_with_nothing_held_out_the_report_is_empty(purchases):
    report = evaluated(a_split(*purchases), OWN)
    assert report.subjects == 0
    assert all(not viewed.groups for each in report.contenders for viewed in each.views)


def test_one_subject_is_evaluated_like_many():
    report = evaluated(a_split(bought("s", "a", -1), bought("s", "a", 1)), OWN)
    found = report.metric("own", View.REPEATS_ALLOWED, "ndcg")
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_the_same_purchases_give_the_same_report():
    assert evaluated(SPLIT, OWN) == evaluated(SPLIT, OWN)


def test_a_search_finds_the_weight_that_was_planted_and_leaves_diversity_alone():
    begun = {**DEFAULTS, "mmr_lambda": 1.0}
    found = walk(search_steps(index_of(SPLIT), SPLIT, begun, View.REPEATS_ALLOWED))
    assert found.reached == 1.0 > found.began_at
    assert found.changed(begun)["delta"] > 0
    assert found.config["mmr_lambda"] == 1.0


def test_a_search_that_finds_nothing_better_changes_nothing():
    begun = {**DEFAULTS, "delta": 1.0}
    assert walk(search_steps(index_of(SPLIT), SPLIT, begun, View.NEW_ITEMS)).changed(begun) == {}
