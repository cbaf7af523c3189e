"""What a part of a JSONLogic rule can stand for: a constant, a feature, a computed number, a condition, a choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from tessella.domain.errors import RuleTooLarge
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import Json, Pointer
from tessella.domain.rules.ast import ALWAYS, NEVER, Arithmetic, Comparison, Constant, Node
from tessella.domain.rules.jsonlogic.constants import is_true
from tessella.domain.rules.jsonlogic.folding import all_of, always_or_never, any_of, negated
from tessella.domain.rules.operators.truthy import Truthy

#: How many ways the choices in the operands of one operator may come out.
MAX_ALTERNATIVES: Final = 256


@dataclass(frozen=True, slots=True)
class Known:
    """A constant of JSON."""

    value: Json
    at: Pointer


@dataclass(frozen=True, slots=True)
class Variable:
    """The value of a feature, null where it is absent; `at` points at its name."""

    feature: Feature
    at: Pointer


@dataclass(frozen=True, slots=True)
class Computed:
    """The result of arithmetic that reads a feature."""

    term: Arithmetic
    at: Pointer


@dataclass(frozen=True, slots=True)
class Condition:
    """True or false."""

    node: Node
    at: Pointer


@dataclass(frozen=True, slots=True)
class Choice:
    """The value of the one alternative whose guards all hold; exactly one alternative's do."""

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A value, and when it is that."""

    guards: tuple[Node, ...]
    value: Value


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which the operands of an operator can come out, and when they do."""

    guards: tuple[Node, ...]
    values: tuple[Simple, ...]


Simple = Known | Variable | Computed
Value = Simple | Condition | Choice


def truth_of(value: Value) -> Node:
    """When the value counts as true, as JSONLogic has it: a number that is absent does not."""
    match value:
        case Known(constant):
            return always_or_never(is_true(constant))
        case Variable(feature):
            return Truthy(feature.name, feature.type)
        case Computed(term):
            return Comparison("!=", term, Constant(0.0))
        case Condition(node):
            return node
        case Choice(alternatives):
            return any_of(all_of((*each.guards, truth_of(each.value))) for each in alternatives)


def truth_value(node: Node, at: Pointer) -> Value:
    """A condition as a value: true or false where it is constant."""
    return Known(node == ALWAYS, at) if node in (ALWAYS, NEVER) else Condition(node, at)


def is_boolean(value: Value) -> bool:
    """Whether the value is true or false, and nothing else."""
    return isinstance(value, Condition) or (isinstance(value, Known) and isinstance(value.value, bool))


def choose(conditions: Sequence[Node], values: Sequence[Value]) -> Value:
    """The value beside the first condition that holds, else the last value. There is one value more than conditions."""
    alternatives: list[Alternative] = []
    refuted: tuple[Node, ...] = ()
    for condition, value in zip((*conditions, ALWAYS), values, strict=True):
        if condition != NEVER:
            guards = refuted if condition == ALWAYS else (*refuted, condition)
            alternatives.append(Alternative(guards, value))
            refuted = (*refuted, negated(condition))
        if condition == ALWAYS:
            break
    return chosen(alternatives)


def chosen(alternatives: Sequence[Alternative]) -> Value:
    """The choice between alternatives, or the only one's value."""
    if len(alternatives) == 1 and not alternatives[0].guards:
        return alternatives[0].value
    return Choice(tuple(alternatives))


def combinations(values: Sequence[Value], at: Pointer) -> Iterator[Way]:
    """Every way in which the values can come out together. Raises `RuleTooLarge`."""
    ways = [list(_ways(each)) for each in values]
    if prod(map(len, ways)) > MAX_ALTERNATIVES:
        raise RuleTooLarge(at, "branched", MAX_ALTERNATIVES, "combinations of choices in one operator")
    for way in product(*ways):
        yield Way(tuple(guard for guards, _ in way for guard in guards), tuple(simple for _, simple in way))


def _ways(value: Value) -> Iterator[tuple[tuple[Node, ...], Simple]]:
    match value:
        case Choice(alternatives):
            for each in alternatives:
                yield from (((*each.guards, *guards), simple) for guards, simple in _ways(each.value))
        case Condition(node, at):
            yield (node,), Known(True, at)
            yield (negated(node),), Known(False, at)
        case _:
            yield (), value
