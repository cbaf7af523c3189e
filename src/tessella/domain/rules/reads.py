"""Which features and segments a rule reads, and where it reads the clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import All, AnyOf, Arithmetic, Comparison, Constant, InSegment, Node, Not, Reading, Term


@runtime_checkable
class ReadsClock(Protocol):
    """An operator that compares a moment with one so long before now: its truth changes with time."""

    @property
    def feature(self) -> FeatureName:
        """Whose moment it is."""
        ...

    def cutoff_us(self, now_us: int) -> int:
        """What the moment is compared with. It moves as now does."""
        ...

    def evaluate(self, value: int, now_us: int) -> bool:
        """The truth for a moment: one for all that come before the cutoff, another for all that come after it."""
        ...


def leaves(node: Node) -> Iterator[Node]:
    """The predicates, comparisons and segments of a tree, in order of appearance, repeats included."""
    pending = [node]
    while pending:
        match pending.pop():
            case All(children) | AnyOf(children):
                pending.extend(reversed(children))
            case Not(child):
                pending.append(child)
            case leaf:
                yield leaf


def features_read(node: Node) -> frozenset[FeatureName]:
    """The features that the tree itself names; what `in_segment` reads is not followed."""
    return frozenset(name for leaf in leaves(node) for name in _names(leaf))


def segments_read(node: Node) -> Iterator[SegmentId]:
    """The segments that a tree names, in order of appearance, repeats included."""
    for leaf in leaves(node):
        if isinstance(leaf, InSegment):
            yield leaf.segment_id


def clock_reads(node: Node) -> Iterator[ReadsClock]:
    """The operators of the tree itself whose truth changes with time."""
    for leaf in leaves(node):
        if not isinstance(leaf, InSegment | Comparison) and isinstance(leaf, ReadsClock):
            yield leaf


def _names(leaf: Node) -> Iterator[FeatureName]:
    match leaf:
        case InSegment() | All() | AnyOf() | Not():
            return
        case Comparison(_, left, right):
            yield from _term_names(left)
            yield from _term_names(right)
        case operator:
            yield operator.feature


def _term_names(term: Term) -> Iterator[FeatureName]:
    match term:
        case Reading(feature):
            yield feature
        case Arithmetic(_, operands):
            for operand in operands:
                yield from _term_names(operand)
        case Constant():
            return
