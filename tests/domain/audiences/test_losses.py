"""Whom segments lose to a rule: the same as when everybody's first match is found anew."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.audiences.preview import Loss, losses, rule_count
from tessella.domain.identifiers import DEFAULT_SEGMENT, SegmentId
from tessella.domain.segments.segment import Segment, in_order_of_trial
from tessella.usecases.audiences.preview_rule import PreviewRequest, spared

NEW = SegmentId("new")
NAMES = [SegmentId(name) for name in "abcdef"]


def chosen(order: list[SegmentId], inside: set[SegmentId]) -> SegmentId:
    """The first match, as deciding finds it."""
    return next((each for each in order if each in inside), DEFAULT_SEGMENT)


def order_of(priorities: dict[SegmentId, int]) -> list[SegmentId]:
    return [each.segment_id for each in in_order_of_trial(Segment(name, priority=p) for name, p in priorities.items())]


@given(
    priorities=st.lists(st.integers(-2, 2), min_size=6, max_size=6),
    own=st.sampled_from([None, NEW, *NAMES]),
    priority=st.none() | st.integers(-3, 3),
    seed=st.integers(0, 2**32),
)
def test_each_segment_loses_just_those_who_would_change_from_it_to_the_rule(priorities, own, priority, seed):
    rng = random.Random(seed)
    before = dict(zip(NAMES, priorities, strict=True))
    subjects = [({name for name in NAMES if rng.random() < 0.3}, rng.random() < 0.5) for _ in range(200)]
    tried = order_of(before)

    counted = Counter((chosen(tried, inside), in_rule) for inside, in_rule in subjects)
    rows = [(position, counted[name, False] + counted[name, True], counted[name, True])
            for position, name in [*enumerate(tried), (None, DEFAULT_SEGMENT)]]  # fmt: skip
    definitions = {name: Segment(name, priority=each) for name, each in before.items()}
    asked = PreviewRequest({}, segment_id=own, priority=priority)
    found = losses(rule_count(rows, [""]).taken, tried, spared(definitions, asked))

    anew = anew_order(before, own, priority)
    rule = own or NEW
    moves = Counter(
        was
        for inside, in_rule in subjects
        if (was := chosen(tried, inside)) != rule
        and chosen(anew, (inside - {rule}) | ({rule} if in_rule else set())) == rule
    )
    assert {each.segment_id: each.loses for each in found} == dict(moves)


def anew_order(before: dict[SegmentId, int], own: SegmentId | None, priority: int | None) -> list[SegmentId]:
    """The order of trial with the rule in it; one without an id and a priority is tried before all."""
    rule = own or NEW
    kept = before[own] if priority is None and own in before else priority
    if kept is None:
        return [rule, *order_of({name: each for name, each in before.items() if name != rule})]
    others = {name: each for name, each in before.items() if name != rule}
    key = (-kept, own or "")
    ordered = sorted([((-each, name), name) for name, each in others.items()] + [(key, rule)])
    return [name for _, name in ordered]


def test_subjects_of_no_segment_are_lost_by_the_default():
    assert losses({None: 4}, ["vip"], spared=frozenset()) == (Loss(DEFAULT_SEGMENT, 4),)


def test_an_empty_audience_has_counts_of_zero():
    found = rule_count([], ["", "/all/0"])
    assert (found.rows, found.count, [each.count for each in found.nodes], found.taken) == (0, 0, [0, 0], {})
