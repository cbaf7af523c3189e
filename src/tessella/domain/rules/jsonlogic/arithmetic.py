"""Arithmetic in JSONLogic: constants are computed when the rule is read, the rest becomes a term."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from tessella.domain.errors import MalformedRule, WrongOperand, shown
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Pointer
from tessella.domain.rules.ast import Arithmetic, Constant, Reading, Term
from tessella.domain.rules.collect import read_each
from tessella.domain.rules.jsonlogic.constants import to_number
from tessella.domain.rules.jsonlogic.values import (
    Alternative,
    Computed,
    Known,
    Simple,
    Value,
    Variable,
    chosen,
    combinations,
)
from tessella.domain.rules.terms import compute, say_term

NUMERIC: Final = frozenset({FeatureType.NUMBER, FeatureType.INTEGER})


def calculate(op: str, operands: Sequence[Value], at: Pointer) -> Value:
    """The result of `+ - * / %`. Raises `RuleInvalid`, or `Faults`; a constant result that is no number is a fault."""
    ways = combinations(operands, at)
    return chosen(read_each(ways, lambda way: Alternative(way.guards, _result(op, way.values, at))))


def _result(op: str, operands: Sequence[Simple], at: Pointer) -> Simple:
    term = Arithmetic(op, read_each(operands, lambda each: term_of(op, each)))
    if not all(isinstance(each, Known) for each in operands):
        return Computed(term, at)
    result = compute(term, {})
    if result is None:
        raise MalformedRule(at, f"{say_term(term)} is not a number.")
    return Known(result, at)


def term_of(op: str, value: Simple) -> Term:
    """The value as a number; a constant as JavaScript converts it. Raises `WrongOperand` or `MalformedRule`."""
    match value:
        case Computed(term):
            return term
        case Variable(feature) if feature.type in NUMERIC:
            return Reading(feature.name)
        case Variable(feature, at):
            raise WrongOperand(
                at, op, feature.name, "a feature of type integer or number", f"one of type {feature.type}"
            )
        case Known(constant, at):
            number = to_number(constant)
            if not math.isfinite(number):
                raise MalformedRule(at, f'"{op}" expects a number here, not {shown(constant)}.')
            return Constant(number + 0.0)
