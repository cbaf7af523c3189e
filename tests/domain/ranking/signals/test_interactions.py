from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.signals.interactions import MINUTE_US
from tests.domain.ranking.signals.events import events


def test_events_are_sorted_by_subject_time_and_row_however_they_came():
    shuffled = events((1, 5, 10), (0, 9, 30), (1, 3, 10), (1, 8, 2), (0, 1, 20))
    assert shuffled.subjects.tolist() == [0, 0, 1, 1, 1]
    assert shuffled.times.tolist() == [20, 30, 2, 10, 10]
    assert shuffled.rows.tolist() == [1, 9, 8, 3, 5]


def test_a_session_ends_where_a_subject_is_quiet_for_more_than_the_gap():
    gap = 5 * MINUTE_US
    sessions = events((0, 0, 0), (0, 1, gap), (0, 2, 2 * gap + 1), session_gap_minutes=5).baskets
    assert sessions[0] == sessions[1] != sessions[2]


def test_two_subjects_never_share_a_session():
    sessions = events((0, 0, 0), (1, 0, 0)).baskets
    assert sessions[0] != sessions[1]


def test_events_of_one_basket_belong_together_however_far_apart():
    baskets = events((0, 0, 0, 4), (0, 1, DAY_US, 4), (0, 2, DAY_US, 5)).baskets
    assert baskets[0] == baskets[1] != baskets[2]


def test_the_same_basket_code_of_two_subjects_means_two_baskets():
    baskets = events((0, 0, 0, 4), (1, 0, 0, 4)).baskets
    assert baskets[0] != baskets[1]


def test_events_without_a_basket_form_sessions_beside_those_with_one():
    baskets = events((0, 0, 0, -1), (0, 1, 1, 0), (0, 2, 2, -1), (1, 2, 2, 0)).baskets
    assert baskets[0] == baskets[2]
    assert len(set(baskets.tolist())) == 3


def test_a_window_holds_its_last_moment_and_not_the_one_exactly_its_length_before():
    as_of = Instant(10 * DAY_US)
    inside = events((0, 0, 9 * DAY_US), (0, 1, 9 * DAY_US + 1), (0, 2, as_of), (0, 3, as_of + 1)).window(as_of, 1)
    assert inside.rows.tolist() == [1, 2]


def test_without_a_length_a_window_holds_everything_up_to_its_moment():
    assert events((0, 0, -5), (0, 1, 7), (0, 2, 8)).window(Instant(7)).rows.tolist() == [0, 1]


def test_no_events_are_fine():
    nothing = events()
    assert len(nothing) == len(nothing.window(Instant(0), 1)) == len(nothing.baskets) == 0
