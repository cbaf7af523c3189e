"""Comparisons of arithmetic terms as SQL, in float64."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Final

from sqlglot import exp

from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.ast import Arithmetic, Comparison, Constant, Reading, Term
from tessella.domain.rules.sql import nodes
from tessella.domain.rules.sql.context import SqlContext
from tessella.domain.rules.sql.nodes import SqlExpression
from tessella.domain.rules.sql.numbers import finite
from tessella.domain.rules.terms import compute

ColumnOf = Callable[[FeatureName], SqlExpression]

SIGNS: Final = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
ARITHMETIC: Final[dict[str, type[exp.Binary]]] = {
    "+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div, "%": exp.Mod,
}  # fmt: skip
#: Each level of divisors doubles the text, as a divisor is tested and used.
MAX_DIVISOR_DEPTH: Final = 4


def comparison(node: Comparison, ctx: SqlContext, column: ColumnOf) -> SqlExpression:
    """The comparison, NULL where a side is absent. Raises `NotSqlCapable` for what an engine does otherwise."""
    depth = max(_divisor_depth(node.left), _divisor_depth(node.right))
    if depth > MAX_DIVISOR_DEPTH:
        ctx.refuse("arithmetic", f"divisors are nested more than {MAX_DIVISOR_DEPTH} deep")
    left, right = (_side(term, ctx, column) for term in (node.left, node.right))
    return ctx.compare(left, SIGNS[node.op], right)


def _side(term: Term, ctx: SqlContext, column: ColumnOf) -> SqlExpression:
    if isinstance(term, Arithmetic) and _is_constant(term):
        result = compute(term, {})
        return nodes.cast(exp.Null(), "DOUBLE") if result is None else nodes.number(result)
    if isinstance(term, Arithmetic) and ctx.engine == "postgres":
        ctx.refuse("arithmetic", "it raises an error there where a result is too large or a divisor is 0")
    return _value(term, ctx, column)


def _is_constant(term: Term) -> bool:
    return not isinstance(term, Reading) and (isinstance(term, Constant) or all(map(_is_constant, term.operands)))


def _value(term: Term, ctx: SqlContext, column: ColumnOf) -> SqlExpression:
    """The term, NULL when it is absent."""
    return finite(_raw(term, ctx, column)) if isinstance(term, Arithmetic) else _raw(term, ctx, column)


def _raw(term: Term, ctx: SqlContext, column: ColumnOf) -> SqlExpression:
    """The term, NULL or not finite when it is absent.

    What is not finite stays so through every operation but one: a number divided by infinity is 0. Hence only divisors
    are tested here, and whole sides in `comparison`.
    """
    match term:
        case Constant(value):
            return nodes.number(value)
        case Reading(feature):
            return nodes.cast(column(feature), "DOUBLE")
        case Arithmetic("-", (only,)):
            return _joined("*", nodes.number(-1), _raw(only, ctx, column))
        case Arithmetic("/" | "%", (first, *others)):
            divisors = (ctx.divisor(_value(each, ctx, column)) for each in others)
            return reduce(lambda a, b: _joined(term.op, a, b), divisors, _raw(first, ctx, column))
        case Arithmetic(op, operands):
            return reduce(lambda a, b: _joined(op, a, b), (_raw(each, ctx, column) for each in operands))


def _joined(op: str, left: SqlExpression, right: SqlExpression) -> SqlExpression:
    return nodes.paren(ARITHMETIC[op](this=left, expression=right))


def _divisor_depth(term: Term) -> int:
    if not isinstance(term, Arithmetic):
        return 0
    divides = term.op in {"/", "%"}
    return max((_divisor_depth(each) + (divides and at > 0) for at, each in enumerate(term.operands)), default=0)
