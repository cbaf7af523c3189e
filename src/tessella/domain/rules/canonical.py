"""A tree written back: its canonical JSON, its normal form, and a hash of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Final

from tessella.domain.hashing import canonical_json
from tessella.domain.identifiers import Json
from tessella.domain.rules.ast import All, AnyOf, Comparison, InSegment, Node, Not, Operator
from tessella.domain.rules.operators import name_of
from tessella.domain.rules.terms import write_term

_NAMES: Final = {All: "all", AnyOf: "any"}


def to_dsl(node: Node) -> Json:
    """The native form, spelt in the one way; under the same schema it parses back to an equal tree.

    >>> to_dsl(Not(All(())))
    {'not': {'all': []}}
    """
    match node:
        case All(children):
            return {"all": [to_dsl(each) for each in children]}
        case AnyOf(children):
            return {"any": [to_dsl(each) for each in children]}
        case Not(child):
            return {"not": to_dsl(child)}
        case InSegment(segment_id):
            return {"in_segment": [segment_id]}
        case Comparison(op, left, right):
            return {"compare": [op, write_term(left), write_term(right)]}
        case predicate:
            return {name_of(predicate): _arguments(predicate)}


def _arguments(predicate: Operator) -> Json:
    operand = predicate.operand()
    if not predicate.accepts:
        return operand
    return [predicate.feature] if operand is None else [predicate.feature, operand]


def canonical(node: Node) -> Node:
    """The normal form: groups flattened, double negation dropped, children sorted and each once. Same truth."""
    return _normal(node).node


def rule_hash(node: Node) -> str:
    """SHA-256 of the normal form, types of features included: equal for rules that differ in their spelling only."""
    return hashlib.sha256(_normal(node).text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Normal:
    """A tree in normal form, and the JSON of all that its truth depends on."""

    node: Node
    text: str


def _normal(node: Node) -> _Normal:
    match node:
        case All(children) | AnyOf(children):
            return _group(type(node), map(_normal, children))
        case Not(child):
            return _negation(_normal(child))
        case InSegment() | Comparison():
            return _Normal(node, canonical_json(to_dsl(node)))
        case predicate:
            parts = [getattr(predicate, each.name) for each in fields(predicate)]  # type: ignore[arg-type]  # a dataclass
            return _Normal(node, canonical_json([name_of(predicate), *parts]))


def _group(kind: type[All] | type[AnyOf], children: Iterable[_Normal]) -> _Normal:
    distinct = {each.text: each for child in children for each in _flat(kind, child)}
    ordered = [each for _, each in sorted(distinct.items())]
    if len(ordered) == 1:
        return ordered[0]
    text = ",".join([f'"{_NAMES[kind]}"', *(each.text for each in ordered)])
    return _Normal(kind(tuple(each.node for each in ordered)), f"[{text}]")


def _flat(kind: type[All] | type[AnyOf], child: _Normal) -> Iterator[_Normal]:
    """The child, or the children of one of the same kind in its place. They are normal, so one level is enough."""
    return map(_normal, child.node.children) if isinstance(child.node, kind) else iter((child,))


def _negation(child: _Normal) -> _Normal:
    if isinstance(child.node, Not):
        return _normal(child.node.child)
    return _Normal(Not(child.node), f'["not",{child.text}]')
