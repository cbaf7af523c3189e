"""Segments are put in an order of trial by new priorities."""

import pytest

from tessella.domain.errors import Faults
from tessella.domain.segments.order import priorities
from tessella.domain.segments.segment import Segment, in_order_of_trial

KNOWN = ["default", "a", "b", "c"]


def faults(order):
    with pytest.raises(Faults) as refusal:
        priorities(order, KNOWN, "/order")
    return [(each.pointer, type(each).__name__) for each in refusal.value.faults()]


def test_the_priorities_have_the_segments_tried_in_the_order_given():
    wanted = priorities(["c", "a", "b"], KNOWN)
    segments = [Segment(name, priority=wanted.get(name, 0)) for name in KNOWN]
    assert [each.segment_id for each in in_order_of_trial(segments)] == ["c", "a", "b"]


def test_between_neighbours_there_is_room_for_another():
    assert priorities(["c", "a", "b"], KNOWN) == {"c": 30, "a": 20, "b": 10}


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (["a", "b", "a", "c"], [("/order/2", "NamedTwice")]),
        (["a", "x", "b", "c"], [("/order/1", "UnknownReference")]),
        (["a", "b"], [("/order", "LeftOut")]),
        ([], [("/order", "LeftOut")] * 3),
        (["a", "b", "c", "default"], [("/order/3", "WrongShape")]),
        (["a", "a", "x"], [("/order/1", "NamedTwice"), ("/order/2", "UnknownReference"), *[("/order", "LeftOut")] * 2]),
        (["a\0b", "a", "b", "c"], [("/order/0", "UnknownReference")]),
    ],
)
def test_every_fault_of_an_order_is_told_where_it_is(order, found):
    assert faults(order) == found


def test_an_order_of_a_namespace_without_segments_is_empty():
    assert priorities([], ["default"]) == {}
