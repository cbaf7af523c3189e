"""A tree written back: its canonical JSON, its normal form, and a hash of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from typing import TypeVar

from tessella.domain.hashing import canonical_json, digest
from tessella.domain.identifiers import Json
from tessella.domain.rules.ast import All, AnyOf, Comparison, InSegment, Node, Not, Operator
from tessella.domain.rules.operators import name_of
from tessella.domain.rules.terms import write_term

Group = TypeVar("Group", All, AnyOf)


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
    match node:
        case All():
            return _group(node)
        case AnyOf():
            return _group(node)
        case Not(child):
            inner = canonical(child)
            return inner.child if isinstance(inner, Not) else Not(inner)
        case _:
            return node


def _group(node: Group) -> Node:
    kind = type(node)
    distinct = {canonical_json(_identity(each)): each for each in _flat(kind, map(canonical, node.children))}
    children = tuple(each for _, each in sorted(distinct.items()))
    return children[0] if len(children) == 1 else kind(children)


def _flat(kind: type[All] | type[AnyOf], children: Iterable[Node]) -> Iterator[Node]:
    """The children, with those of a child of the same kind in its place. They are normal, so one level is enough."""
    for child in children:
        if isinstance(child, kind):
            yield from child.children
        else:
            yield child


def rule_hash(node: Node) -> str:
    """SHA-256 of the normal form, types of features included: equal for rules that differ in their spelling only."""
    return digest(_identity(canonical(node)))


def _identity(node: Node) -> Json:
    """All that a tree's truth depends on, as JSON."""
    match node:
        case All(children):
            return ["all", *map(_identity, children)]
        case AnyOf(children):
            return ["any", *map(_identity, children)]
        case Not(child):
            return ["not", _identity(child)]
        case InSegment() | Comparison():
            return to_dsl(node)
        case predicate:
            return [name_of(predicate), *astuple(predicate)]  # type: ignore[call-overload]  # operators are dataclasses
