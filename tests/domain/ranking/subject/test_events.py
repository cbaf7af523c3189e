"""Stored events about items become the history that a ranking reads."""

from dataclasses import replace

import numpy as np

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.setup import RankingSetup
from tessella.domain.ranking.subject.events import NO_EVENTS, SubjectEvents, subject_events
from tessella.domain.ranking.subject.history import NO_HISTORY
from tests.domain.ranking.catalogues import NOW, an_index

INDEX = an_index("milk", "tea")


def events(*done: tuple[str, str]) -> SubjectEvents:
    return subject_events(
        [item_id for item_id, _ in done], [kind for _, kind in done], [NOW - place for place in range(len(done))], NOW
    )


def test_events_become_rows_with_what_their_types_count_for() -> None:
    found = events(("tea", "view"), ("milk", "purchase")).in_rows(INDEX, RankingSetup())
    assert INDEX.catalogue.ids_of(found.rows) == ["tea", "milk"]
    assert found.times.tolist() == [NOW, NOW - 1]
    assert found.weights.tolist() == np.array([0.1, 1.0], np.float32).tolist()
    assert found.purchased.tolist() == [False, True]


def test_events_about_items_that_the_index_does_not_hold_are_left_out() -> None:
    found = events(("soap", "purchase"), ("tea", "purchase")).in_rows(INDEX, RankingSetup())
    assert INDEX.catalogue.ids_of(found.rows) == ["tea"]


def test_events_of_types_that_do_not_count_are_left_out_unless_they_are_purchases() -> None:
    setup = RankingSetup(event_weights={"view": 0.0, "click": 1.0}, purchase_types=("order",))
    found = events(("tea", "view"), ("milk", "order"), ("tea", "hover"), ("tea", "click")).in_rows(INDEX, setup)
    assert INDEX.catalogue.ids_of(found.rows) == ["milk", "tea"]
    assert found.weights.tolist() == [0.0, 1.0]


def test_a_history_is_remembered_for_one_index_and_one_setup() -> None:
    done = events(("tea", "view"))
    first = done.in_rows(INDEX, RankingSetup())
    assert done.in_rows(INDEX, RankingSetup()) is first
    assert done.in_rows(replace(INDEX, version="another"), RankingSetup()) is not first
    assert done.in_rows(INDEX, RankingSetup(event_weights={"view": 0.5})).weights.tolist() == [0.5]


def test_nobody_has_no_history() -> None:
    assert NO_EVENTS.in_rows(INDEX, RankingSetup()) is NO_HISTORY


def test_the_digest_is_of_items_types_and_times_and_of_nothing_else() -> None:
    one = subject_events(["tea"], ["view"], [5], Instant(9))
    assert subject_events(["tea"], ["view"], [5], Instant(10)).digest == one.digest
    for other in (["milk"], ["view"], [5]), (["tea"], ["click"], [5]), (["tea"], ["view"], [6]):
        assert subject_events(*other, Instant(9)).digest != one.digest
