from itertools import product

import numpy as np

from tessella.domain.predictions.rfm.cells import CELLS, cell, cells

COMBINATIONS = list(product(range(1, 6), repeat=3))


def test_every_combination_of_scores_has_exactly_one_cell():
    named = {scores: cell(*scores) for scores in COMBINATIONS}
    assert len(named) == 125
    assert set(named.values()) == set(CELLS)


def test_the_cells_are_the_eleven_standard_ones():
    assert CELLS == (
        "Champions", "Loyal Customers", "Potential Loyalists", "New Customers", "Promising", "Need Attention",
        "About To Sleep", "At Risk", "Cannot Lose Them", "Hibernating", "Lost",
    )  # fmt: skip


def test_many_subjects_are_given_the_cells_that_they_are_given_one_by_one():
    places = cells(np.array(COMBINATIONS))
    assert [CELLS[place] for place in places] == [cell(*scores) for scores in COMBINATIONS]


def test_who_bought_most_and_lately_is_a_champion_and_who_stayed_away_is_not_to_be_lost():
    assert cell(5, 5, 5) == "Champions"
    assert cell(1, 5, 5) == "Cannot Lose Them"
    assert cell(1, 1, 1) == "Lost"
    assert cell(5, 1, 1) == "New Customers"


def test_who_spends_much_in_few_purchases_stands_between_both():
    assert cell(5, 1, 5) == cell(5, 5, 1) == cell(5, 3, 3) == "Potential Loyalists"
