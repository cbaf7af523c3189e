"""Nothing that comes later is learned from."""

import numpy as np
import pytest

from tessella.domain.errors import ConstantTarget, SingleClass, TooFewOfAClass, TooFewRows
from tessella.domain.predictions.training.split import by_chance, split_of
from tessella.domain.predictions.training.table import Table
from tests.domain.predictions.tables import planted, table_of


def test_the_last_cut_is_the_test_and_cuts_before_it_are_held_out_from_earlier_ones():
    table = planted()
    split = split_of(table)
    moments = np.unique(table.cut)
    assert split.in_time
    assert np.unique(table.cut[split.test]).tolist() == [moments[-1]]
    assert [np.unique(table.cut[fold.held_out]).tolist() for fold in split.folds] == [[each] for each in moments[2:5]]
    for fold in split.folds:
        assert table.cut[fold.fit].max() < table.cut[fold.held_out].min()


def test_every_row_is_of_the_test_or_learned_from_and_none_is_both():
    split = split_of(planted())
    assert sorted([*split.development, *split.test]) == list(range(1800))


def test_moments_of_single_rows_fall_into_fifths_by_time():
    table = planted(1000, cut=np.random.default_rng(1).permutation(1000))
    split = split_of(table)
    assert sorted(table.cut[split.test]) == list(range(800, 1000))
    assert [len(fold.held_out) for fold in split.folds] == [200, 200, 200]


def test_without_moments_rows_are_split_by_chance_with_both_classes_alike_in_every_part():
    table = planted(1000, cut=np.zeros(1000, np.int64))
    split = split_of(table)
    share = table.positive.mean()
    assert not split.in_time
    assert len(split.test) == pytest.approx(200, abs=2)
    for rows in (split.test, *(fold.held_out for fold in split.folds)):
        assert table.positive[rows].mean() == pytest.approx(share, abs=0.02)


def test_by_chance_a_subject_is_in_one_part_only():
    table = planted(1000, cut=np.zeros(1000, np.int64))
    table = Table(table.columns, table.positive, table.cut, np.repeat(np.arange(250), 4).astype(str))
    split = split_of(table)
    parts = [set(table.subject[fold.held_out]) for fold in split.folds] + [set(table.subject[split.test])]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 250


def test_a_test_that_is_given_is_kept():
    table = planted(1000, cut=np.zeros(1000, np.int64))
    given = np.arange(1000) < 300
    split = by_chance(table, given)
    assert split.test.tolist() == list(range(300))
    assert split.development.tolist() == list(range(300, 1000))


def test_the_same_seed_gives_the_same_split_and_another_one_another():
    table = planted(500, cut=np.zeros(500, np.int64))
    assert np.array_equal(split_of(table, 1).test, split_of(table, 1).test)
    assert not np.array_equal(split_of(table, 1).test, split_of(table, 2).test)


def test_twenty_rows_are_too_few():
    with pytest.raises(TooFewRows, match="There are 20 rows to learn from; 100 is the least"):
        split_of(planted(20))


@pytest.mark.parametrize("value", [True, False])
def test_a_target_that_is_the_same_for_all_is_refused(value):
    table = table_of({"visits": np.arange(200.0)}, np.full(200, value))
    with pytest.raises(ConstantTarget, match=f"All 200 rows are {'positive' if value else 'negative'}"):
        split_of(table)


def test_a_test_of_a_single_class_is_refused():
    table = planted()
    table.positive[table.cut == table.cut.max()] = False
    with pytest.raises(SingleClass, match="All 300 rows for the test are negative"):
        split_of(table)


def test_a_test_with_a_handful_of_positives_is_refused():
    table = planted()
    last = np.flatnonzero(table.cut == table.cut.max())
    table.positive[last] = np.arange(len(last)) < 4
    with pytest.raises(TooFewOfAClass, match="Of the 300 rows for the test, 4 are positive; 10 is the least"):
        split_of(table)


def test_early_cuts_with_too_few_positives_are_learned_from_and_not_held_out():
    table = planted()
    table.positive[table.cut < np.unique(table.cut)[2]] = False
    split = split_of(table)
    assert [np.unique(table.cut[fold.held_out]).tolist() for fold in split.folds] == [
        [each] for each in np.unique(table.cut)[3:5]
    ]
    assert len(split.development) == 1500
