"""What a split lets a ranking know, and what it holds out."""

import numpy as np

from tessella.domain.features.gate import DAY_US
from tessella.domain.ranking.evaluation.split import split_at
from tessella.domain.ranking.evaluation.views import View, relevant
from tests.domain.ranking.evaluation.shops import CUT, ITEMS, UNTIL, a_split, bought, events_of


def test_an_event_at_the_cut_is_held_out_and_one_just_before_it_is_known():
    split = a_split(("s", "a", CUT - 1), ("s", "b", CUT))
    assert split.known.rows.tolist() == [0]
    assert split.as_of == CUT - 1
    assert split.bought_after.rows().tolist() == [1]


def test_an_event_at_the_end_counts_for_nothing():
    split = a_split(bought("s", "a", -1), ("s", "b", UNTIL - 1), ("s", "c", UNTIL))
    assert split.bought_after.rows().tolist() == [1]
    assert len(split.known) == 1


def test_a_history_holds_the_last_thousand_events_before_the_cut_newest_first():
    events = [("s", ITEMS[number % 3], CUT - 1200 + number) for number in range(1200)]
    split = a_split(*events, ("t", "a", CUT - 5), bought("s", "b", 1), bought("t", "b", 1))
    history = split.history_of(0)
    assert history.times.tolist() == list(range(CUT - 1, CUT - 1001, -1))
    assert split.history_of(1).rows.tolist() == [0]


def test_who_was_not_known_before_the_cut_is_counted_and_left_out():
    split = a_split(bought("s", "a", -1), bought("s", "b", 1), bought("new", "a", 1))
    assert (len(split.subjects), split.cold_subjects) == (1, 1)


def test_new_items_and_repeats_are_told_apart():
    split = a_split(bought("s", "a", -9), bought("s", "a", 1), bought("s", "b", 2), bought("s", "b", 3))
    found = {view: relevant(split, view).rows().tolist() for view in View}
    assert found == {View.REPEATS_ALLOWED: [0, 1], View.NEW_ITEMS: [1], View.REPEATS: [0]}


def test_without_purchases_after_the_cut_nobody_is_evaluated():
    split = a_split(bought("s", "a", -1))
    assert len(split.subjects) == split.cold_subjects == 0


def test_of_many_subjects_some_are_evaluated_spread_over_all():
    events = events_of(
        *[(f"{number:03}", "a", moment) for number in range(100) for moment in (CUT - DAY_US, CUT + DAY_US)]
    )
    split = split_at(events, len(ITEMS), CUT, UNTIL, most_subjects=25)
    assert split.subjects.tolist() == list(range(0, 100, 4))
    assert np.diff(split.bought_after.keys // len(ITEMS)).tolist() == [1] * 24
