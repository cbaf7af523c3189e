"""What was withdrawn or changed since an index was built."""

import numpy as np

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.item import Availability
from tessella.domain.ranking.index.overlay import laid_over
from tests.domain.ranking.catalogues import NOW, an_index

BUILT = an_index("a", "b", "c", popularity={"b": 1.0})
GONE = Availability("b", available=False)


def available(index, at=NOW):
    rows = np.arange(len(index.catalogue), dtype=np.int32)
    return index.catalogue.is_available(rows, at).tolist()


def test_a_withdrawn_item_is_gone_and_the_index_that_others_still_hold_stays_as_it_was():
    served = laid_over(BUILT, BUILT, [GONE])
    assert (available(served), available(BUILT)) == ([True, False, True], [True, True, True])
    assert (served.version, served.popularity) == (BUILT.version, BUILT.popularity)
    assert (served.overlay != "", BUILT.overlay) == (True, "")


def test_an_item_that_is_back_leaves_no_trace():
    gone = laid_over(BUILT, BUILT, [GONE])
    back = laid_over(BUILT, gone, [Availability("b", available=True)])
    assert (available(back), back.overlay) == ([True, True, True], "")


def test_an_item_is_shown_from_a_moment_until_before_another():
    served = laid_over(BUILT, BUILT, [Availability("a", True, Instant(NOW), Instant(NOW + 1))])
    assert [available(served, at)[0] for at in (NOW - 1, NOW, NOW + 1)] == [False, True, False]


def test_new_items_wait_for_the_next_index():
    assert laid_over(BUILT, BUILT, [Availability("d", available=True)]) is BUILT


def test_the_same_changes_in_another_order_and_in_portions_give_the_same_overlay():
    changes = [GONE, Availability("c", available=False)]
    at_once = laid_over(BUILT, BUILT, changes)
    one_by_one = laid_over(BUILT, laid_over(BUILT, BUILT, changes[1:]), changes[:1])
    assert at_once.overlay == one_by_one.overlay
    assert at_once.overlay != laid_over(BUILT, BUILT, [GONE]).overlay


def test_of_two_changes_of_an_item_the_last_one_holds():
    assert available(laid_over(BUILT, BUILT, [GONE, Availability("b", available=True)])) == [True, True, True]
