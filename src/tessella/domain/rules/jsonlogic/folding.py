"""Connectives that fold constants away, and the size of what they build."""

from __future__ import annotations

from collections.abc import Iterable

from tessella.domain.errors import RuleTooLarge
from tessella.domain.identifiers import Pointer
from tessella.domain.rules.ast import (
    ALWAYS,
    MAX_NODES,
    NEVER,
    All,
    AnyOf,
    Arithmetic,
    Comparison,
    Constant,
    Node,
    Not,
    Term,
)
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.limits import check_limits


def always_or_never(truth: object) -> Node:
    """A constant condition."""
    return ALWAYS if truth else NEVER


def all_of(nodes: Iterable[Node]) -> Node:
    """`All`, without what is always true; never where one is never true."""
    kept = tuple(each for each in nodes if each != ALWAYS)
    if NEVER in kept:
        return NEVER
    return kept[0] if len(kept) == 1 else All(kept)


def any_of(nodes: Iterable[Node]) -> Node:
    """`AnyOf`, without what is never true; always where one is always true."""
    kept = tuple(each for each in nodes if each != NEVER)
    if ALWAYS in kept:
        return ALWAYS
    return kept[0] if len(kept) == 1 else AnyOf(kept)


def negated(node: Node) -> Node:
    """`Not`, without a double one."""
    if isinstance(node, Not):
        return node.child
    return always_or_never(node == NEVER) if node in (ALWAYS, NEVER) else Not(node)


def check_size(node: Node, at: Pointer) -> None:
    """Raises `RuleTooLarge` where the tree of a rule within the limits is beyond them.

    A choice repeats its conditions, so a tree can be exponentially larger than what was written. It shares its parts in
    memory: as long as nobody walks through it, it is small.
    """
    pending: list[Node | Term] = [node]
    counted = 0
    while pending:
        pending.extend(_parts(pending.pop()))
        counted += 1
        if counted > MAX_NODES:
            raise RuleTooLarge(at, "large", MAX_NODES, "objects when its choices are written out")
    check_limits(to_dsl(node), at)


def _parts(part: Node | Term) -> tuple[Node | Term, ...]:
    match part:
        case All(children) | AnyOf(children):
            return children
        case Not(child):
            return (child,)
        case Comparison(_, left, right):
            return _objects(left, right)
        case Arithmetic(_, operands):
            return _objects(*operands)
        case _:
            return ()


def _objects(*terms: Term) -> tuple[Term, ...]:
    """The terms that JSON writes as an object."""
    return tuple(each for each in terms if not isinstance(each, Constant))
