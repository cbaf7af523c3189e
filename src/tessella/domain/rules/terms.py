"""Comparisons of arithmetic terms: how they are read, written, said and computed, in float64."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Final

from tessella.domain.errors import MalformedRule, WrongOperand, shown
from tessella.domain.features.gate import Value, normalise
from tessella.domain.features.schema import Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, point
from tessella.domain.rules.ast import Arithmetic, Comparison, Constant, Reading, Term
from tessella.domain.rules.collect import read_each
from tessella.domain.rules.leaf import Written, feature_named
from tessella.domain.rules.operators.operands import written

COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}

#: Per arithmetic operator, how many operands it may have; `-` with one is negation.
ARITY: Final[Mapping[str, range]] = {
    "+": range(1, 1_001),
    "*": range(1, 1_001),
    "-": range(1, 3),
    "/": range(2, 3),
    "%": range(2, 3),
}

_NUMERIC: Final = (FeatureType.NUMBER, FeatureType.INTEGER)


def holds(node: Comparison, values: Mapping[FeatureName, Value | None]) -> bool:
    """Whether both sides are there and compare so."""
    left, right = compute(node.left, values), compute(node.right, values)
    return left is not None and right is not None and COMPARE[node.op](left, right)


def compute(term: Term, values: Mapping[FeatureName, Value | None]) -> float | None:
    """The term's value; None when a feature is absent, when dividing by 0, or when a result is not finite."""
    match term:
        case Constant(value):
            return value
        case Reading(feature):
            read = values.get(feature)
            return None if read is None else float(read)  # type: ignore[arg-type]  # a number, says the parser
        case Arithmetic(op, operands):
            return arithmetic(op, [compute(each, values) for each in operands])


def arithmetic(op: str, operands: Sequence[float | None]) -> float | None:
    """The result; None when an operand is absent, when dividing by 0, or when it is not finite."""
    present = [each for each in operands if each is not None]
    return _finite(_apply(op, present)) if len(present) == len(operands) else None


def _apply(op: str, operands: list[float]) -> float:
    """The result in float64; `+` and `*` from left to right, `%` truncating as in JavaScript."""
    if op == "+":
        return reduce(operator.add, operands)
    if op == "*":
        return reduce(operator.mul, operands)
    if op == "-":
        return operands[0] - operands[1] if len(operands) == 2 else -operands[0]
    dividend, divisor = operands
    if divisor == 0:
        return math.nan
    return dividend / divisor if op == "/" else math.fmod(dividend, divisor)


def _finite(result: float) -> float | None:
    return result if math.isfinite(result) else None


def read_comparison(arguments: Written, schema: Schema) -> Comparison:
    """`{"compare": [op, term, term]}`. Raises `RuleInvalid`, or `Faults`."""
    listed = arguments.value
    if not isinstance(listed, list) or len(listed) != 3 or listed[0] not in [*COMPARE]:
        problem = f'"compare" holds [operator, term, term] with one of {" ".join(COMPARE)}.'
        raise MalformedRule(arguments.at, problem, 'Such as {"compare": [">", {"+": [{"var": "a"}, 1]}, 5]}.')
    left, right = read_each((1, 2), lambda i: read_term(Written(listed[i], point(arguments.at, i)), schema))
    return Comparison(listed[0], left, right)


def read_term(term: Written, schema: Schema) -> Term:
    """A number, `{"var": feature}` or `{"+": [term, ...]}`. Raises `RuleInvalid`, or `Faults`."""
    if not isinstance(term.value, dict):
        return _constant(term)
    if len(term.value) != 1:
        raise MalformedRule(term.at, f"A term has one operator, not {len(term.value)}.")
    ((op, operands),) = term.value.items()
    inside = Written(operands, point(term.at, op))
    return _reading(inside, schema) if op == "var" else _arithmetic(op, inside, schema)


def _constant(term: Written) -> Constant:
    value = normalise(term.value, FeatureType.NUMBER)
    if not isinstance(value, float):
        raise MalformedRule(
            term.at, f'A number, {{"var": ...}} or arithmetic is expected here, not {shown(term.value)}.'
        )
    return Constant(value + 0.0)


def _reading(name: Written, schema: Schema) -> Reading:
    feature = feature_named(name, schema)
    if feature.type not in _NUMERIC:
        raise WrongOperand(
            name.at, "arithmetic", feature.name, "a feature of type integer, number", f"one of type {feature.type}"
        )
    return Reading(feature.name)


def _arithmetic(op: Json, operands: Written, schema: Schema) -> Arithmetic:
    if op not in ARITY or not isinstance(operands.value, list) or len(operands.value) not in ARITY[op]:
        problem = f"Arithmetic is + or * over terms, - over one or two, / or % over two, not {shown(op)} here."
        raise MalformedRule(operands.at, problem)
    places = [Written(each, point(operands.at, index)) for index, each in enumerate(operands.value)]
    return Arithmetic(op, read_each(places, lambda each: read_term(each, schema)))


def write_term(term: Term) -> Json:
    """The JSON that `read_term` reads back."""
    match term:
        case Constant(value):
            return written(value, FeatureType.NUMBER)
        case Reading(feature):
            return {"var": feature}
        case Arithmetic(op, operands):
            return {op: [write_term(each) for each in operands]}


def say_term(term: Term) -> str:
    """The term as a formula."""
    match term:
        case Constant(value):
            return str(written(value, FeatureType.NUMBER))
        case Reading(feature):
            return feature
        case Arithmetic("-", (only,)):
            return f"(-{say_term(only)})"
        case Arithmetic(op, operands):
            return f"({f' {op} '.join(map(say_term, operands))})"
