from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.predictions.rfm.quintiles import quintiles_of

values = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60).map(np.array)


def test_different_values_give_as_many_subjects_to_each_score():
    population = np.random.default_rng(1).permutation(500).astype(float)
    scores = quintiles_of(population).many(population)
    assert Counter(scores.tolist()) == {1: 100, 2: 100, 3: 100, 4: 100, 5: 100}


def test_a_measure_that_is_the_same_for_all_gives_everybody_the_middle():
    quintiles = quintiles_of(np.full(40, 1.0))
    assert quintiles.many(np.array([0.0, 1.0, 2.0])).tolist() == [1, 3, 5]


def test_a_value_that_most_have_is_scored_where_the_middle_of_those_stands():
    population = np.array([1.0] * 60 + [2.0] * 20 + [3.0] * 20)
    assert quintiles_of(population).many(np.array([1.0, 2.0, 3.0])).tolist() == [2, 4, 5]


def test_a_value_between_two_of_the_population_scores_as_the_higher():
    quintiles = quintiles_of(np.array([10.0, 20.0, 30.0, 40.0, 50.0]))
    assert quintiles.many(np.array([10.0, 10.1, 49.0, 50.0, 1e300])).tolist() == [1, 2, 5, 5, 5]


@given(values)
def test_equal_values_score_the_same_and_greater_ones_no_less(population):
    scores = quintiles_of(population).many(np.sort(population))
    assert (np.diff(scores) >= 0).all()
    assert set(scores.tolist()) <= {1, 2, 3, 4, 5}


@given(values)
def test_the_population_turned_around_scores_the_other_way_but_for_places_on_an_edge(population):
    forward, backward = quintiles_of(population), quintiles_of(-population)
    distinct, counts = np.unique(population, return_counts=True)
    off_edge = (5 * (2 * counts.cumsum() - counts)) % (2 * len(population)) != 0
    assert (forward.many(distinct) + backward.many(-distinct))[off_edge].tolist() == [6] * int(off_edge.sum())
