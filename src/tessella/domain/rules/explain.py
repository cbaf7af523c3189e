"""The reference meaning of a rule, and the account of how a rule came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tessella.domain.errors import SegmentCycle, UnknownReference
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Json, SegmentId, nearest
from tessella.domain.rules.ast import All, AnyOf, Comparison, InSegment, Node, Not, Operator
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.operators import name_of
from tessella.domain.rules.reads import segments_read
from tessella.domain.rules.terms import compute, holds

Values = Mapping[FeatureName, Value | None]
Truth = Literal["true", "false", "absent"]

#: How many segments inside one another an explanation opens.
MAX_SEGMENTS_DEEP: Final = 8


@dataclass(frozen=True, slots=True)
class Explained:
    """One node of a rule with its truth."""

    #: The operator's name in the native form.
    op: str
    #: "absent": false, because there is no value.
    truth: Truth
    feature: FeatureName | None = None
    segment_id: SegmentId | None = None
    #: As the native form writes it.
    operand: Json = None
    #: The value as seen; for a comparison the two sides. None when absent.
    value: Json = None
    #: A segment's rules are shown where it is read first.
    children: tuple[Explained, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the node is true."""
        return self.truth == "true"


def evaluate(node: Node, values: Values, now_us: int, segments: Mapping[SegmentId, Node]) -> bool:
    """Whether the rule is true of these normalised values at `now_us`. A missing key and None are absent.

    `segments` holds the tree of each segment that `in_segment` may read; each is evaluated at most once. Raises
    `UnknownReference` for one that is not there and `SegmentCycle` when they read each other in a circle.
    """
    return _Evaluation(values, now_us, segments).truth(node)


class Explainer:
    """Explains rules of one subject at one moment, and evaluates each segment at most once for all of them.

    >>> Explainer({}, 0, {}).explain(AnyOf(())).truth
    'false'
    """

    def __init__(self, values: Values, now_us: int, segments: Mapping[SegmentId, Node]) -> None:
        self._evaluation = _Evaluation(values, now_us, segments)

    def explain(self, node: Node) -> Explained:
        """The truth of every node of the rule. Raises as `evaluate`."""
        return _Account(self._evaluation).of(node)


def explain(node: Node, values: Values, now_us: int, segments: Mapping[SegmentId, Node]) -> Explained:
    """The truth of every node of the rule. Arguments and errors as for `evaluate`."""
    return Explainer(values, now_us, segments).explain(node)


@dataclass(slots=True)
class _Evaluation:
    """One subject at one moment, and the segments known to hold it or not."""

    values: Values
    now_us: int
    segments: Mapping[SegmentId, Node]
    members: dict[SegmentId, bool] = field(default_factory=dict)

    def truth(self, node: Node) -> bool:
        self._settle(node)
        return self._truth(node)

    def _truth(self, node: Node) -> bool:
        match node:
            case All(children):
                return all(self._truth(each) for each in children)
            case AnyOf(children):
                return any(self._truth(each) for each in children)
            case Not(child):
                return not self._truth(child)
            case InSegment(segment_id):
                return self.members[segment_id]
            case Comparison():
                return holds(node, self.values)
            case predicate:
                value = self.values.get(predicate.feature)
                return value is not None and predicate.evaluate(value, self.now_us)

    def _settle(self, node: Node) -> None:
        """Find the membership of every segment that is read, the deepest first: chains of any length, no recursion."""
        pending = [*segments_read(node)]
        path: dict[SegmentId, None] = {}
        while pending:
            segment_id = pending[-1]
            unsettled = self._unsettled(segment_id)
            if not unsettled:
                path.pop(segment_id, None)
                self._join(pending.pop())
            elif segment_id in path:
                raise SegmentCycle("", " -> ".join([*path, segment_id]))
            else:
                path[segment_id] = None
                pending.extend(unsettled)

    def _unsettled(self, segment_id: SegmentId) -> list[SegmentId]:
        if segment_id in self.members:
            return []
        return [each for each in segments_read(self.tree(segment_id)) if each not in self.members]

    def _join(self, segment_id: SegmentId) -> None:
        if segment_id not in self.members:
            self.members[segment_id] = self._truth(self.tree(segment_id))

    def tree(self, segment_id: SegmentId) -> Node:
        if segment_id not in self.segments:
            raise UnknownReference("", "segment", segment_id, nearest(segment_id, self.segments))
        return self.segments[segment_id]


@dataclass(slots=True)
class _Account:
    """Explains node by node, each segment where it is read first."""

    evaluation: _Evaluation
    shown: set[SegmentId] = field(default_factory=set)
    depth: int = 0

    def of(self, node: Node) -> Explained:
        match node:
            case All(children):
                return self._group("all", node, children)
            case AnyOf(children):
                return self._group("any", node, children)
            case Not(child):
                return self._group("not", node, (child,))
            case InSegment(segment_id):
                return self._segment(node, segment_id)
            case Comparison():
                return self._comparison(node)
            case predicate:
                return self._predicate(predicate)

    def _group(self, op: str, node: Node, children: tuple[Node, ...]) -> Explained:
        return Explained(op, self._truth(node), children=tuple(map(self.of, children)))

    def _truth(self, node: Node) -> Truth:
        return "true" if self.evaluation.truth(node) else "false"

    def _segment(self, node: InSegment, segment_id: SegmentId) -> Explained:
        truth = self._truth(node)
        if segment_id in self.shown or self.depth == MAX_SEGMENTS_DEEP:
            return Explained("in_segment", truth, segment_id=segment_id)
        self.shown.add(segment_id)
        self.depth += 1
        inside = self.of(self.evaluation.tree(segment_id))
        self.depth -= 1
        return Explained("in_segment", truth, segment_id=segment_id, children=(inside,))

    def _comparison(self, node: Comparison) -> Explained:
        seen = [compute(side, self.evaluation.values) for side in (node.left, node.right)]
        truth = "absent" if None in seen else self._truth(node)
        return Explained("compare", truth, operand=to_dsl(node)["compare"], value=seen)

    def _predicate(self, predicate: Operator) -> Explained:
        value = self.evaluation.values.get(predicate.feature)
        truth = "absent" if value is None else self._truth(predicate)
        return Explained(name_of(predicate), truth, predicate.feature, operand=predicate.operand(), value=value)
