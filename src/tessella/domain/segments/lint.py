"""Hints about segments beside one another: what is valid, but may not do what its author thinks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from tessella.domain.identifiers import DEFAULT_SEGMENT, SegmentId
from tessella.domain.rules.ast import AnyOf, Node
from tessella.domain.rules.canonical import canonical
from tessella.domain.rules.verdict import Conjunct, conjuncts
from tessella.domain.segments.segment import Segment, in_order_of_trial


@dataclass(frozen=True, slots=True)
class SegmentHint:
    """One remark about a segment."""

    segment_id: SegmentId
    #: no_enabled_rule, tie or shadowed.
    code: str
    text: str


def lint_segments(segments: Mapping[SegmentId, Segment], membership: Mapping[SegmentId, Node]) -> list[SegmentHint]:
    """Every hint, by code, then in the order of trial. Sound, not complete: not every shadowed segment is found."""
    tried = in_order_of_trial(segments.values())
    return [*_without_rules(segments.values()), *_ties(tried), *_shadowed(tried, membership)]


def _without_rules(segments: Iterable[Segment]) -> Iterator[SegmentHint]:
    for segment in segments:
        if segment.segment_id != DEFAULT_SEGMENT and not segment.enabled_rules():
            yield SegmentHint(segment.segment_id, "no_enabled_rule", "It has no enabled rule, so it matches nobody.")


def _ties(tried: list[Segment]) -> Iterator[SegmentHint]:
    for priority, same in groupby(tried, key=lambda each: each.priority):
        first, *others = same
        for other in others:
            text = f'It has the priority {priority} of "{first.segment_id}", which is tried before it by name.'
            yield SegmentHint(other.segment_id, "tie", text)


def _shadowed(tried: Iterable[Segment], membership: Mapping[SegmentId, Node]) -> Iterator[SegmentHint]:
    seen = _Seen()
    for segment in tried:
        ways = _ways(membership[segment.segment_id])
        before = [seen.covering(way) for way in ways]
        if before and None not in before:
            names = ", ".join(f'"{name}"' for name in dict.fromkeys(before))
            text = f"Whoever matches it matches {names} too, which is tried before it: it is never chosen."
            yield SegmentHint(segment.segment_id, "shadowed", text)
        seen.add(segment.segment_id, ways)


#: All that must hold together for one way to be in a segment.
Way = frozenset[Conjunct]


def _ways(tree: Node) -> list[Way]:
    """The ways to be in a segment."""
    node = canonical(tree)
    return [frozenset(conjuncts(way, required=True)) for way in (node.children if isinstance(node, AnyOf) else (node,))]


class _Seen:
    """The ways into the segments that are tried first, each found by one of its parts."""

    def __init__(self) -> None:
        self._by_part: defaultdict[Conjunct | None, list[tuple[SegmentId, Way]]] = defaultdict(list)

    def add(self, segment_id: SegmentId, ways: Iterable[Way]) -> None:
        for way in ways:
            self._by_part[next(iter(way), None)].append((segment_id, way))

    def covering(self, way: Way) -> SegmentId | None:
        """A segment with a way that asks for no more than this one."""
        for part in (None, *way):
            for segment_id, earlier in self._by_part.get(part, ()):
                if earlier <= way:
                    return segment_id
        return None
