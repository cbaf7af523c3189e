"""Who moves from which segment to which, when one set of rules replaces another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.errors import RuleError
from tessella.domain.identifiers import DEFAULT_SEGMENT, Instant, SegmentId
from tessella.domain.segments.matching import Matcher
from tessella.domain.segments.ruleset import Values


@dataclass(frozen=True, slots=True)
class Move:
    """So many subjects go from one segment to another."""

    before: SegmentId
    after: SegmentId
    subjects: int


@dataclass(frozen=True, slots=True)
class Moves:
    """What a change does to the subjects."""

    subjects: int
    #: The largest first; those who stay are not listed.
    moved: tuple[Move, ...]
    #: How many subjects each segment is chosen for, by name; 0 where it is not listed.
    before: Mapping[SegmentId, int]
    after: Mapping[SegmentId, int]


class MoveCount:
    """Counts subjects by the segment that is chosen for them before and after."""

    def __init__(self, before: Matcher, after: Matcher, at: Instant) -> None:
        self._before = before
        self._after = after
        self._at = at
        self._counts: Counter[tuple[SegmentId, SegmentId]] = Counter()

    def add(self, before: Values, after: Values) -> None:
        """Count one subject by its values, as each side's schema types them."""
        self._counts[_chosen(self._before, before, self._at), _chosen(self._after, after, self._at)] += 1

    def moves(self) -> Moves:
        """The count so far."""
        before: Counter[SegmentId] = Counter()
        after: Counter[SegmentId] = Counter()
        for (old, new), subjects in self._counts.items():
            before[old] += subjects
            after[new] += subjects
        moved = [Move(old, new, subjects) for (old, new), subjects in self._counts.most_common() if old != new]
        return Moves(self._counts.total(), tuple(moved), dict(sorted(before.items())), dict(sorted(after.items())))


def _chosen(matcher: Matcher, values: Values, at: Instant) -> SegmentId:
    """As `choose_segment`: whom no rule matches, or a rule fails on, has the default."""
    try:
        match = matcher.first_match(values, at)
    except RuleError:
        return DEFAULT_SEGMENT
    return match.segment_id if match else DEFAULT_SEGMENT
