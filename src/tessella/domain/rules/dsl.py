"""The native form of a rule: `any`, `all`, `not`, `in_segment`, and predicates as `{operator: [feature, operand]}`.

Source: requirement A, "Rule DSL". A few shorter spellings are read too; `canonical.to_dsl` writes one form only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tessella.domain.errors import MalformedRule, WrongOperand, shown
from tessella.domain.features.schema import Schema
from tessella.domain.identifiers import DEFINITION_PATTERN, Json, Pointer, SegmentId, point
from tessella.domain.rules.ast import ALWAYS, All, AnyOf, InSegment, Node, Not
from tessella.domain.rules.collect import read_each
from tessella.domain.rules.leaf import SUBJECT_FEATURE, Written, operator_named, read_leaf
from tessella.domain.rules.terms import read_comparison

_EXAMPLE: Final = 'Write {"all": [...]}, {"any": [...]}, {"not": {...}} or a predicate such as {"eq": ["f", "x"]}.'


def parse_dsl(expr: Json, schema: Schema, at: Pointer = "") -> Node:
    """The tree of a rule. Raises `RuleInvalid`, or `Faults` with every fault.

    `{}` is always true. Shorter spellings: `{"exists": "f"}`, `{"not": [x]}`, `{"in_segment": "id"}`, and
    `{"between": ["f", 1, 2]}`: the items of a listed operand may follow the feature directly.
    """
    if not isinstance(expr, dict):
        raise MalformedRule(at, f"A rule is an object, not {shown(expr)}.", _EXAMPLE)
    if not expr:
        return ALWAYS
    if len(expr) > 1:
        raise MalformedRule(at, f"A rule has one operator, not {len(expr)}: {shown(list(expr))}.", _EXAMPLE)
    ((name, arguments),) = expr.items()
    return _read(name, Written(arguments, point(at, name)), schema)


def _read(name: Json, arguments: Written, schema: Schema) -> Node:
    match name:
        case "all":
            return All(_children(name, arguments, schema))
        case "any":
            return AnyOf(_children(name, arguments, schema))
        case "not":
            return Not(_only_child(arguments, schema))
        case "in_segment":
            return InSegment(_segment_id(arguments))
        case "compare":
            return read_comparison(arguments, schema)
        case _:
            return _predicate(name, arguments, schema)


def _children(name: str, arguments: Written, schema: Schema) -> tuple[Node, ...]:
    if not isinstance(arguments.value, list):
        raise MalformedRule(arguments.at, f'"{name}" holds a list of rules, not {shown(arguments.value)}.', _EXAMPLE)
    return read_each(enumerate(arguments.value), lambda each: parse_dsl(each[1], schema, point(arguments.at, each[0])))


def _only_child(arguments: Written, schema: Schema) -> Node:
    if not isinstance(arguments.value, list):
        return parse_dsl(arguments.value, schema, arguments.at)
    if len(arguments.value) != 1:
        raise MalformedRule(arguments.at, f'"not" holds one rule, not {len(arguments.value)}.', _EXAMPLE)
    return parse_dsl(arguments.value[0], schema, point(arguments.at, 0))


def _segment_id(arguments: Written) -> SegmentId:
    named = arguments.value
    only = named[0] if isinstance(named, list) and len(named) == 1 else named
    if not isinstance(only, str) or not DEFINITION_PATTERN.fullmatch(only):
        raise MalformedRule(arguments.at, f"The id of one segment is expected here, not {shown(named)}.")
    return SegmentId(only)


def _predicate(name: Json, arguments: Written, schema: Schema) -> Node:
    operator = operator_named(name, arguments.at)
    if not operator.accepts:
        return operator.parse(SUBJECT_FEATURE, arguments.value, arguments.at)
    if isinstance(arguments.value, str):
        return read_leaf(name, arguments, Written(None, arguments.at), schema)
    if not isinstance(arguments.value, list) or not arguments.value:
        problem = f'"{name}" holds a list of a feature and its operand, not {shown(arguments.value)}.'
        raise MalformedRule(arguments.at, problem, _EXAMPLE)
    return _predicate_of_list(name, arguments, schema)


def _predicate_of_list(name: str, arguments: Written, schema: Schema) -> Node:
    first, *rest = arguments.value
    feature = Written(first, point(arguments.at, 0))
    if len(rest) == 1:
        return read_leaf(name, feature, Written(rest[0], point(arguments.at, 1)), schema)
    operand = Written(rest or None, arguments.at)
    try:
        return read_leaf(name, feature, operand, schema)
    except WrongOperand as error:
        raise replace(error, pointer=_spread_pointer(error.pointer, feature, arguments.at)) from error


def _spread_pointer(pointer: Pointer, feature: Written, at: Pointer) -> Pointer:
    """Where item i of an operand stands that was written as `[feature, item 0, item 1]`."""
    if pointer in (at, feature.at):
        return pointer
    index, *inner = pointer.removeprefix(at + "/").split("/")
    return "/".join([point(at, int(index) + 1), *inner])
