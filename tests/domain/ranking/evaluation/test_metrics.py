"""The metrics of lists that were computed by hand."""

import math

import numpy as np
import pytest

from tessella.domain.ranking.catalogue.catalogue import NONE
from tessella.domain.ranking.evaluation import accuracy
from tessella.domain.ranking.evaluation.beyond import intra_list_diversity, novelty, popularity_bias
from tessella.domain.ranking.evaluation.columns import Columns
from tessella.domain.ranking.evaluation.pairs import pairs_of
from tests.domain.ranking.catalogues import Item, an_index
from tests.domain.ranking.evaluation.shops import a_split, bought

#: Of three items, the first and the last are hits; three were relevant. Then a list without any, and a short one.
HITS = np.array([[True, False, True], [False, False, False], [False, True, False]])
RELEVANT = np.array([3, 2, 1])


def test_precision_is_hits_by_the_length_and_recall_hits_by_what_is_relevant():
    assert accuracy.precision(HITS, RELEVANT) == pytest.approx([2 / 3, 0, 1 / 3])
    assert accuracy.recall(HITS, RELEVANT) == pytest.approx([2 / 3, 0, 1])


def test_average_precision_sums_the_precision_at_each_hit():
    assert accuracy.average_precision(HITS, RELEVANT) == pytest.approx([(1 + 2 / 3) / 3, 0, 1 / 2])


def test_ndcg_discounts_by_rank_and_is_one_for_the_best_list():
    best = 1 + 1 / math.log2(3) + 1 / 2
    assert accuracy.ndcg(HITS, RELEVANT) == pytest.approx([1.5 / best, 0, 1 / math.log2(3)])
    assert accuracy.ndcg(np.ones((1, 3), bool), np.array([40])).tolist() == [1.0]


def test_the_reciprocal_rank_is_that_of_the_first_hit():
    assert accuracy.reciprocal_rank(HITS, RELEVANT).tolist() == [1, 0, 0.5]


def test_a_place_without_an_item_is_no_hit_of_the_subject_before():
    pairs = pairs_of(np.array([0]), np.array([4]), subjects=2, items=5)
    assert pairs.holds(np.array([[4, NONE], [NONE, 4]])).tolist() == [[True, False], [False, False]]


def test_diversity_is_one_less_the_mean_likeness_of_two_items():
    index = an_index(Item("a", "acme", "tea"), Item("b", "acme", "tea"), Item("c", "best", "tea"), Item("d"))
    lists = np.array([[0, 1, 2], [0, 3, NONE], [1, NONE, NONE]], np.int32)
    assert intra_list_diversity(index, lists) == pytest.approx([1 - (1 + 0.5 + 0.5) / 3, 1, 0])


def test_novelty_is_the_mean_surprise_in_bits():
    split = a_split(bought("s", "a", -3), bought("t", "a", -2), bought("u", "b", -1), bought("s", "c", 1))
    lists = np.array([[0, 1]], np.int32)
    assert novelty(split, lists) == pytest.approx([(-math.log2(3 / 4) - math.log2(2 / 4)) / 2])


def test_popularity_bias_is_how_far_above_what_is_bought_the_shown_items_stand():
    split = a_split(bought("s", "a", -3), bought("t", "a", -2), bought("u", "b", -1), bought("s", "c", 1))
    relevant = split.bought_after
    assert popularity_bias(split, np.array([[0]], np.int32), relevant) == pytest.approx([2 / 3])
    assert popularity_bias(split, np.array([[2]], np.int32), relevant) == pytest.approx([0])


def test_coverage_counts_each_item_once_and_falls_by_what_only_one_subject_was_shown():
    lists = np.array([[0, 1], [1, 2], [1, NONE]], np.int32)
    columns = Columns(np.zeros((3, 0)), lists, items=4)
    assert columns.coverage() == 3 / 4
    assert columns.coverage_without_each().tolist() == [2 / 4, 2 / 4, 3 / 4]
