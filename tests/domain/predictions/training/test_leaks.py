"""A planted leak is found, and an honest feature is not taken for one."""

import numpy as np
import pytest

from tessella.domain.predictions.training.leaks import alone_auc, leaks
from tessella.domain.predictions.training.split import split_of
from tests.domain.predictions.tables import planted


def noisy(positive, share):
    random = np.random.default_rng(9)
    return np.where(random.random(len(positive)) < share, ~positive, positive)


LEAKS = {
    "the target as a number": lambda positive: positive.astype(float),
    "the target upside down": lambda positive: -positive.astype(float),
    "the target in both tails": lambda positive: np.where(positive, 3.0 * np.resize([1, -1], len(positive)), 0.0),
    "the target as a text": lambda positive: np.where(positive, "closed", "open").astype(object),
    "a text that only who left has": lambda positive: np.where(positive, "moved away", None),
    "a number that only who left has": lambda positive: np.where(positive, 4.0, np.nan),
    "the target with one in fifty wrong": lambda positive: noisy(positive, 0.02).astype(float),
}


@pytest.mark.parametrize("name", LEAKS)
@pytest.mark.parametrize("offset", [-1.0, -4.0], ids=["often", "rarely"])
def test_a_feature_that_predicts_too_well_alone_is_found(name, offset):
    table = planted(3600, offset=offset)
    fold = split_of(table).folds[-1]
    table.columns["closed"] = LEAKS[name](table.positive)
    found = leaks(table, fold)
    if (name, offset) != ("the target with one in fifty wrong", -4.0):
        assert [each.feature for each in found] == ["closed"]
        assert "predicts alone with an AUC of" in found[0].reason


def test_honest_features_are_no_leaks():
    table = planted()
    assert leaks(table, split_of(table).folds[-1]) == ()


def test_an_id_says_nothing_of_rows_that_are_held_out():
    table = planted()
    ids = np.array([f"c{at}" for at in range(1800)], dtype=object)
    assert alone_auc(ids, table.positive, split_of(table).folds[-1]) == pytest.approx(0.5, abs=0.1)


def test_a_feature_that_was_made_of_what_came_after_the_cut_is_found():
    table = planted()
    late = table.cut.copy()
    late[7] += 1
    table.stamps["visits"] = late
    table.stamps["spend"] = table.cut
    [found] = leaks(table, split_of(table).folds[-1])
    assert (found.feature, found.reason) == ("visits", "was made of what came after the cut in 1 of 1800 rows")


def test_a_stamp_of_a_value_that_is_missing_says_nothing():
    table = planted()
    late = table.cut.copy()
    late[7] += 1
    table.stamps["visits"] = late
    table.columns["visits"][7] = np.nan
    assert leaks(table, split_of(table).folds[-1]) == ()


def test_a_column_that_was_left_out_takes_its_stamps_along():
    table = planted()
    table.stamps["visits"] = table.cut + 1
    rest = table.without(["visits"])
    assert (list(rest.stamps), leaks(rest, split_of(rest).folds[-1])) == ([], ())
