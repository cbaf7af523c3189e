from __future__ import annotations

import numpy as np
import pytest

from tessella.domain.taxonomy.calibration.overlap import Became, became, kept, same_players
from tessella.domain.taxonomy.taxonomy import Change


def counts(*rows):
    return np.array(rows, dtype=np.float64)


def test_segments_in_another_order_are_the_same_ones():
    assert kept(counts([0, 90, 5], [100, 0, 0], [0, 3, 50])) == {0: 1, 1: 0, 2: 2}


def test_a_segment_is_the_same_only_while_it_shares_more_players_than_it_does_not():
    assert kept(counts([51, 49])) == {0: 0}
    assert kept(counts([50, 50])) == {}


def test_pairs_are_chosen_together_so_that_none_is_robbed_of_its_heir():
    # Each alone would choose the first; together the second goes to who has no other.
    assert kept(counts([60, 40], [55, 0])) == {}
    assert kept(counts([90, 0], [25, 70])) == {0: 0, 1: 1}


def test_a_segment_that_comes_apart_is_split_and_its_larger_part_may_keep_its_name():
    assert list(became(counts([80, 20], [0, 0]))) == [
        Became(Change.KEPT, (0,), (0,), 0.8),
        Became(Change.SPLIT, (0,), (0, 1), 1.0),
        Became(Change.VANISHED, (1,), (), None),
    ]


def test_a_segment_that_comes_apart_in_halves_leaves_no_heir():
    assert list(became(counts([50, 50]))) == [Became(Change.SPLIT, (0,), (0, 1), 1.0)]


def test_segments_that_come_together_are_merged():
    assert list(became(counts([50], [40]))) == [
        Became(Change.KEPT, (0,), (0,), 1.0),
        Became(Change.MERGED, (0, 1), (0,), 1.0),
    ]
    assert list(became(counts([50], [50]))) == [Became(Change.MERGED, (0, 1), (0,), 1.0)]


def test_a_segment_of_other_players_has_vanished_and_appeared():
    # 0 is cut up among the others, and the last is made of a bit of each.
    told = list(became(counts([40, 30, 30], [100, 0, 20], [0, 100, 20])))
    assert [each.change for each in told] == [Change.KEPT, Change.KEPT, Change.VANISHED, Change.APPEARED]
    assert told[2].before == (0,)
    assert told[3].after == (2,)


def test_a_first_cut_has_appeared_and_what_nobody_is_in_has_vanished():
    assert [each.change for each in became(np.zeros((0, 2)))] == [Change.APPEARED, Change.APPEARED]
    assert [each.change for each in became(np.zeros((2, 1)))] == [Change.VANISHED, Change.VANISHED, Change.APPEARED]


@pytest.mark.parametrize("seed", range(50))
def test_whatever_happens_every_segment_is_told_of_and_kept_at_most_once(seed):
    luck = np.random.default_rng(seed)
    before, after = luck.integers(1, 6), luck.integers(1, 6)
    table = same_players(
        luck.integers(0, before, 300), luck.integers(0, after, 300) // luck.integers(1, 3), (before, after)
    )
    steps = list(became(table))
    assert {each for step in steps for each in step.before} == set(range(before))
    assert {each for step in steps for each in step.after} == set(range(after))
    heirs = [step.after for step in steps if step.change is Change.KEPT]
    assert len(heirs) == len(set(heirs)) == len({step.before for step in steps if step.change is Change.KEPT})
