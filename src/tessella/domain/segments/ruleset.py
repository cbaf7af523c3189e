"""Rules compiled together: one layout of slots, and the segments that `in_segment` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import InSegment, Node
from tessella.domain.rules.compile import FIRST_FREE_SLOT, CompiledRule, SlotOf, Slots, Test
from tessella.domain.rules.compiler import CHUNK, RuleCompiler
from tessella.domain.rules.reads import segments_read
from tessella.domain.segments.references import in_order_of_reading
from tessella.domain.steps import Steps

Values = Mapping[FeatureName, Value | None]

#: Segments that read one another deeper than this are settled from below, as each level is a call within a call.
MAX_CALLS: Final = 64


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Tests over the slots of one request."""

    #: The features that a rule reads, itself or through `in_segment`.
    reads: tuple[FeatureName, ...]
    #: Of each rule, in the order given.
    tests: tuple[Test, ...]
    slots: SlotOf
    #: The segments that rules read, each after those that it reads itself.
    segments: tuple[SegmentId, ...]
    #: Each rule that was compiled, and its test on these slots.
    bound: Mapping[CompiledRule, Test]
    #: The tests of the segments that rules read, by the slot that keeps the result.
    _members: Mapping[int, Test]
    #: The slots of results, before there are any.
    _nothing_kept: tuple[None, ...]

    def load(self, values: Values, now_us: int) -> Slots:
        """The slots of one request."""
        return [now_us, self._members, *map(values.get, self.reads), *self._nothing_kept]


def ruleset_steps(
    nodes: Sequence[Node],
    membership: Mapping[SegmentId, Node],
    compiler: RuleCompiler,
    before: RuleSet | None = None,
) -> Steps[RuleSet]:
    """Compile `nodes`, and of `membership` what they read, pausing every few milliseconds.

    The tests of `before` are taken where its slots are the same. Raises `SegmentCycle`, and KeyError for a segment that
    is read and not in `membership`: check both before.
    """
    rules = yield from compiler.steps(nodes)
    members = yield from _members_steps(rules, membership, compiler)
    compiled = [*rules, *members.values()]
    reads = tuple(dict.fromkeys(feature for rule in compiled for feature in rule.features))
    kept = tuple(dict.fromkeys(each for rule in compiled for each in rule.kept))
    slots: SlotOf = {key: slot for slot, key in enumerate((*reads, *kept), FIRST_FREE_SLOT)}
    yield
    known = before.bound if before is not None and before.slots == slots else {}
    bound = yield from _bind_steps(compiled, slots, known)
    tests = [bound[rule] for rule in rules]
    segments = in_order_of_reading({each: membership[each] for each in members})
    by_slot = {slots[InSegment(each)]: bound[members[each]] for each in segments}
    landings = {slots[InSegment(each)]: by_slot[slots[InSegment(each)]] for each in _landings(segments, membership)}
    if landings:
        tests = [_settling(test, landings) for test in tests]
    return RuleSet(reads, tuple(tests), slots, segments, bound, by_slot, (None,) * len(kept))


def _members_steps(
    rules: Iterable[CompiledRule], membership: Mapping[SegmentId, Node], compiler: RuleCompiler
) -> Steps[dict[SegmentId, CompiledRule]]:
    """The compiled membership of every segment that the rules read, also through one another."""
    members: dict[SegmentId, CompiledRule] = {}
    while unknown := list(dict.fromkeys(_segments_kept(rules, members))):
        rules = yield from compiler.steps([membership[each] for each in unknown])
        members.update(zip(unknown, rules, strict=True))
    return members


def _segments_kept(rules: Iterable[CompiledRule], known: Mapping[SegmentId, CompiledRule]) -> Iterator[SegmentId]:
    for rule in rules:
        for kept in rule.kept:
            if isinstance(kept, InSegment) and kept.segment_id not in known:
                yield kept.segment_id


def _bind_steps(
    rules: Sequence[CompiledRule], slots: SlotOf, known: Mapping[CompiledRule, Test]
) -> Steps[dict[CompiledRule, Test]]:
    bound: dict[CompiledRule, Test] = {}
    for start in range(0, len(rules), CHUNK):
        bound.update((rule, known.get(rule) or rule.bind(slots)) for rule in rules[start : start + CHUNK])
        yield
    return bound


def _landings(segments: Iterable[SegmentId], membership: Mapping[SegmentId, Node]) -> Iterator[SegmentId]:
    """Every `MAX_CALLS`th level of segments that read one another; none in any usual namespace."""
    levels: dict[SegmentId, int] = {}
    for segment_id in segments:
        levels[segment_id] = 1 + max((levels[each] for each in segments_read(membership[segment_id])), default=0)
        if levels[segment_id] % MAX_CALLS == 0:
            yield segment_id


def _settling(test: Test, landings: Mapping[int, Test]) -> Test:
    """The test after the landings, from below, so that it calls no deeper than to the next landing."""

    def settled(slots: Slots) -> bool:
        for slot, member in landings.items():
            if slots[slot] is None:
                slots[slot] = bool(member(slots))
        return test(slots)

    return settled
