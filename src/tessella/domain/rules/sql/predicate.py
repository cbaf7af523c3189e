"""A rule's tree as one SQL condition over normalised columns.

Negations are pushed down to the leaves. A positive leaf stands bare: where its column is NULL it is NULL, which
`AND`, `OR` and the `IS TRUE` of the root turn into false. Only a leaf below a negation is guarded, because there an
absent value means true. (COALESCE on every leaf costs twice the time for the same rows.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import All, AnyOf, Comparison, InSegment, Node, Not, Operator
from tessella.domain.rules.sql import nodes
from tessella.domain.rules.sql.arithmetic import comparison
from tessella.domain.rules.sql.context import SqlContext
from tessella.domain.rules.sql.nodes import SqlExpression

#: Types whose order and equality depend on a collation.
TEXTUAL = frozenset({FeatureType.STRING, FeatureType.STRING_LIST})


@dataclass(frozen=True, slots=True)
class Predicates:
    """Writes trees as SQL over named columns."""

    ctx: SqlContext
    #: The name of a feature's normalised column, and its type.
    feature: Callable[[FeatureName], tuple[str, FeatureType]]
    #: The name of a segment's boolean column.
    segment: Callable[[SegmentId], str]

    def root(self, node: Node) -> SqlExpression:
        """TRUE or FALSE, never NULL."""
        return rooted(self.holds(node), self.ctx)

    def holds(self, node: Node) -> SqlExpression:
        """TRUE exactly where the node is true; FALSE or NULL elsewhere."""
        match node:
            case All(children):
                return nodes.all_of(map(self.holds, children))
            case AnyOf(children):
                return nodes.any_of(map(self.holds, children))
            case Not(child):
                return self.fails(child)
            case InSegment(segment_id):
                return nodes.column(self.segment(segment_id))
            case Comparison():
                return comparison(node, self.ctx, self._column)
            case operator:
                return self._leaf(operator)

    def fails(self, node: Node) -> SqlExpression:
        """TRUE exactly where the node is false; FALSE or NULL elsewhere."""
        match node:
            case All(children):
                return nodes.any_of(map(self.fails, children))
            case AnyOf(children):
                return nodes.all_of(map(self.fails, children))
            case Not(child):
                return self.holds(child)
            case InSegment(segment_id):
                return nodes.negated(nodes.column(self.segment(segment_id)))
            case Comparison():
                return exp.Not(this=self.ctx.is_true(comparison(node, self.ctx, self._column)))
            case operator:
                return guarded(self._column(operator.feature), nodes.negated(self._bare(operator)))

    def _leaf(self, operator: Operator) -> SqlExpression:
        """NULL or FALSE where the value is absent. What does not read its column, such as `exists`, asks for it."""
        bare = self._bare(operator)
        if bare.find(exp.Column) is not None:
            return bare
        return nodes.all_of((nodes.negated(nodes.is_null(self._column(operator.feature))), bare))

    def _bare(self, operator: Operator) -> SqlExpression:
        return operator.sql(self._column(operator.feature), self.ctx)

    def _column(self, feature: FeatureName) -> SqlExpression:
        name, kind = self.feature(feature)
        return self.ctx.collated(nodes.column(name)) if kind in TEXTUAL else nodes.column(name)


def rooted(condition: SqlExpression, ctx: SqlContext) -> SqlExpression:
    """The condition of a whole rule, made two-valued."""
    return ctx.is_true(condition)


def guarded(column: SqlExpression, condition: SqlExpression) -> SqlExpression:
    """A condition below a negation: true where the value is absent."""
    return nodes.any_of((nodes.is_null(column), condition))
