"""What a scan of an audience says of a rule: whom each of its nodes holds, and how many segments would lose."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.identifiers import DEFAULT_SEGMENT, Pointer, SegmentId


@dataclass(frozen=True, slots=True)
class NodeCount:
    """For how many subjects one node of a rule is true."""

    #: Where, in the rule as `canonical.to_dsl` writes it.
    pointer: Pointer
    count: int


@dataclass(frozen=True, slots=True)
class RuleCount:
    """The counts of a rule, whole and in its parts."""

    #: Subjects that were looked at.
    rows: int
    #: Every node, parents first: the rule itself is the first.
    nodes: tuple[NodeCount, ...]
    #: Of the subjects of the rule, how many have the segment at each position for their first; None: no segment.
    taken: Mapping[int | None, int]

    @property
    def count(self) -> int:
        """For how many the whole rule is true."""
        return self.nodes[0].count


@dataclass(frozen=True, slots=True)
class Loss:
    """How many subjects whose first match is one segment would go to a rule."""

    segment_id: SegmentId
    loses: int


def rule_count(rows: Sequence[Sequence[int | None]], pointers: Sequence[Pointer]) -> RuleCount:
    """The counts from one row for each first segment: its position, its subjects, and of these those of each node.

    >>> found = rule_count([(0, 5, 3, 4), (None, 2, 1, 2)], ["", "/all/0"])
    >>> found.rows, [each.count for each in found.nodes], found.taken
    (7, [4, 6], {0: 3, None: 1})
    """
    held = [[each or 0 for each in row[1:]] for row in rows]
    subjects, *nodes = [sum(column) for column in zip(*held, strict=True)] or [0] * (1 + len(pointers))
    counts = tuple(map(NodeCount, pointers, nodes))
    return RuleCount(subjects, counts, {row[0]: counted[1] for row, counted in zip(rows, held, strict=True)})


def losses(
    taken: Mapping[int | None, int], tried: Sequence[SegmentId], spared: Container[SegmentId]
) -> tuple[Loss, ...]:
    """Which segments would lose subjects to a rule, and how many; what is in no segment is lost by the default.

    `tried` are the active segments by position. `spared` are those that are tried before the rule, and the one that it
    belongs to. A subject whose first match comes after the rule matches nothing before it, so each of those goes.

    >>> losses({0: 3, 1: 2, None: 1}, ["vip", "known"], spared={"vip"})
    (Loss(segment_id='known', loses=2), Loss(segment_id='default', loses=1))
    """
    by_segment = [(each, taken.get(position, 0)) for position, each in enumerate(tried) if each not in spared]
    everybody = [*by_segment, (DEFAULT_SEGMENT, taken.get(None, 0))]
    return tuple(Loss(segment_id, count) for segment_id, count in everybody if count)
