"""Comparisons and `in`: a feature beside a constant becomes a predicate, two constants are compared at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tessella.domain.errors import MalformedRule, WrongOperand, shown
from tessella.domain.features.schema import Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json, point
from tessella.domain.rules.ast import NEVER, Comparison, Node, Not
from tessella.domain.rules.collect import read_each
from tessella.domain.rules.jsonlogic import constants
from tessella.domain.rules.jsonlogic.arithmetic import NUMERIC, term_of
from tessella.domain.rules.jsonlogic.calls import Call
from tessella.domain.rules.jsonlogic.constants import EQUALITIES, to_number
from tessella.domain.rules.jsonlogic.folding import all_of, always_or_never, any_of
from tessella.domain.rules.jsonlogic.values import Known, Simple, Value, Variable, Way, combinations
from tessella.domain.rules.leaf import Written, read_leaf
from tessella.domain.rules.operators.exists import Exists

#: The native predicate of each comparison.
PREDICATES: Final[Mapping[str, str]] = {"==": "eq", "===": "eq", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}

_MIRRORED: Final = {"==": "==", "===": "===", ">": "<", ">=": "<=", "<": ">", "<=": ">="}


def compare(op: str, left: Value, right: Value, call: Call, schema: Schema) -> Node:
    """`left op right`, where op is one of > >= < <= == ===, for the operator that was written.

    Raises `RuleInvalid`, or `Faults`.
    """

    def branch(way: Way) -> Node:
        one, other = way.values
        return all_of((*way.guards, _relation(op, one, other, call, schema)))

    return any_of(read_each(combinations((left, right), call.at), branch))


def _relation(op: str, left: Simple, right: Simple, call: Call, schema: Schema) -> Node:
    for each in (left, right):
        if isinstance(each, Known) and isinstance(each.value, list | dict):
            raise MalformedRule(each.at, f'"{call.op}" compares single values, not {shown(each.value)}.')
    if isinstance(left, Known) and isinstance(right, Known):
        return always_or_never(constants.compare(op, left.value, right.value))
    if isinstance(left, Known):
        return _relation(_MIRRORED[op], right, left, call, schema)
    if isinstance(left, Variable) and isinstance(right, Known):
        return _predicate(op, left, right, call, schema)
    if isinstance(right, Known):
        right = _number(op, right, call)
    elif isinstance(left, Variable) and isinstance(right, Variable):
        _check_numeric(call.op, left, right)
    return Comparison("==" if op == "===" else op, term_of(call.op, left), term_of(call.op, right))


def _check_numeric(op: str, *variables: Variable) -> None:
    for each in variables:
        if each.feature.type not in NUMERIC:
            expected = "a constant beside it, or numbers on both sides"
            raise WrongOperand(each.at, op, each.feature.name, expected, f"another feature beside {each.feature.type}")


def _predicate(op: str, variable: Variable, constant: Known, call: Call, schema: Schema) -> Node:
    if constant.value is None and op in EQUALITIES:
        return Not(Exists(variable.feature.name))
    operand = constant.value if op == "===" else _softened(constant.value, variable.feature.type)
    return _leaf(call.op, PREDICATES[op], variable, replace(constant, value=operand), schema)


def _number(op: str, constant: Known, call: Call) -> Known:
    """The number that a computed one is compared with."""
    operand = constant.value if op == "===" else _softened(constant.value, FeatureType.NUMBER)
    if type(operand) not in (int, float):
        raise MalformedRule(constant.at, f'"{call.op}" compares arithmetic with a number, not with {shown(operand)}.')
    return replace(constant, value=operand)


def _softened(constant: Json, kind: FeatureType) -> Json:
    """The value of `kind` that JavaScript finds equal to the constant and to no other; the constant where none is."""
    if constant is None or (isinstance(constant, str) and not constant.strip()):
        return constant
    number = to_number(constant)
    if kind in NUMERIC and isinstance(constant, str | bool) and math.isfinite(number):
        return number
    return bool(number) if kind is FeatureType.BOOLEAN and number in (0, 1) else constant


def member(needle: Value, haystack: Value, call: Call, schema: Schema) -> Node:
    """`{"in": [needle, haystack]}`: part of a text, or item of a list. Raises `RuleInvalid`, or `Faults`."""

    def branch(way: Way) -> Node:
        sought, searched = way.values
        return all_of((*way.guards, _membership(sought, searched, call, schema)))

    return any_of(read_each(combinations((needle, haystack), call.at), branch))


def _membership(needle: Simple, haystack: Simple, call: Call, schema: Schema) -> Node:
    match needle, haystack:
        case Known(), Variable():
            return _leaf("in", "contains", haystack, needle, schema)
        case Variable(), Known(value=list()):
            return _leaf("in", "in", needle, haystack, schema)
        case _, Known(value=list(items)):
            listed = (Known(item, point(haystack.at, index)) for index, item in enumerate(items))
            return any_of([_relation("===", needle, item, call, schema) for item in listed])
        case Known(value=str(part)), Known(value=str(text)):
            return always_or_never(text and part in text)
        case Known(), Known(value=None | bool() | int() | float()):
            return NEVER
        case _:
            problem = '"in" looks for a feature in a list of constants, or for a constant in a feature or a constant.'
            raise MalformedRule(call.at, problem, 'Such as {"in": [{"var": "ctx.surface"}, ["home", "lobby"]]}.')


def _leaf(written_op: str, name: str, variable: Variable, operand: Known, schema: Schema) -> Node:
    """The native predicate, whose fault names the operator that was written."""
    feature = Written(variable.feature.name, variable.at)
    try:
        return read_leaf(name, feature, Written(operand.value, operand.at), schema)
    except WrongOperand as error:
        raise replace(error, op=written_op) from error
