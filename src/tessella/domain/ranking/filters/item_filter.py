"""A filter of items: a rule over features of items, which may also read the request and the subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tessella.domain.errors import MalformedRule
from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Feature, ItemSchema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, Json, Pointer
from tessella.domain.rules.ast import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Arithmetic,
    Comparison,
    Constant,
    Form,
    Node,
    Not,
    Reading,
    Term,
)
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.reads import features_read, segments_read

Values = Mapping[FeatureName, Value]


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items may be shown. `parse_item_filter` makes one."""

    node: Node
    #: The features of items that it reads, by name.
    of_items: Mapping[FeatureName, Feature]

    @property
    def of_request(self) -> frozenset[FeatureName]:
        """The other features that it reads."""
        return features_read(self.node) - self.of_items.keys()

    @property
    def moves(self) -> bool:
        """Whether what it says of an item may change with the time alone."""
        return any(each.type is FeatureType.TIMESTAMP for each in self.of_items.values())

    def settled(self, values: Values, now: Instant) -> Node:
        """What is left of the rule once the request's part is decided: it reads items alone."""
        return _settled(self.node, self, values, now)


def parse_item_filter(expr: Json, schema: ItemSchema, at: Pointer = "") -> ItemFilter:
    """The filter from its JSON form. Raises `RuleInvalid`, or `Faults` with every fault; `at` points at it."""
    node = parse_rule(expr, Form.DSL, schema, at)
    if any(segments_read(node)):
        problem = "A filter of items cannot read a segment."
        raise MalformedRule(at, problem, "Write the filter into the profile of the segment.")
    read = sorted(features_read(node) & schema.keys())
    return ItemFilter(node, {name: schema[name] for name in read if schema[name].source is Source.ITEM})


def _settled(node: Node, item_filter: ItemFilter, values: Values, now: Instant) -> Node:
    match node:
        case All(children):
            return _all(_settled(each, item_filter, values, now) for each in children)
        case AnyOf(children):
            return _any(_settled(each, item_filter, values, now) for each in children)
        case Not(child):
            return _not(_settled(child, item_filter, values, now))
        case Comparison(op, left, right):
            terms = [_term(each, item_filter, values) for each in (left, right)]
            return NEVER if terms[0] is None or terms[1] is None else Comparison(op, terms[0], terms[1])
        case leaf if features_read(leaf) <= item_filter.of_items.keys():
            return leaf
        case leaf:
            return ALWAYS if evaluate(leaf, values, now, {}) else NEVER


def _all(children: Iterable[Node]) -> Node:
    left = tuple(each for each in children if each != ALWAYS)
    return NEVER if NEVER in left else left[0] if len(left) == 1 else All(left)


def _any(children: Iterable[Node]) -> Node:
    left = tuple(each for each in children if each != NEVER)
    return ALWAYS if ALWAYS in left else left[0] if len(left) == 1 else AnyOf(left)


def _not(child: Node) -> Node:
    return NEVER if child == ALWAYS else ALWAYS if child == NEVER else Not(child)


def _term(term: Term, item_filter: ItemFilter, values: Values) -> Term | None:
    """The term with the request's values in their place; None when one of them is absent."""
    match term:
        case Reading(feature) if feature not in item_filter.of_items:
            value = values.get(feature)
            return None if value is None else Constant(float(value))  # type: ignore[arg-type]  # a number or integer
        case Arithmetic(op, operands):
            settled = [_term(each, item_filter, values) for each in operands]
            known = tuple(each for each in settled if each is not None)
            return Arithmetic(op, known) if len(known) == len(settled) else None
        case _:
            return term
