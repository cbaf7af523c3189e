"""How many subjects each part of one rule holds, all in one scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from tessella.domain.identifiers import Pointer, point
from tessella.domain.rules.ast import All, AnyOf, Node, Not
from tessella.domain.rules.sql import nodes
from tessella.domain.rules.sql.nodes import SqlExpression
from tessella.domain.rules.sql.statement import SetEvaluation, how_many


@dataclass(frozen=True, slots=True)
class NodeCounts:
    """A statement of a row a group of subjects: the group, how many it has, then how many of it each node holds."""

    sql: str
    #: Where each node is in the rule's native form, in the order of the columns. The first one is the rule itself.
    pointers: tuple[Pointer, ...]


def node_counts(evaluation: SetEvaluation, rule: Node, group: str) -> NodeCounts:
    """Count the nodes of a rule, by a column of the relation.

    A leaf is evaluated once, however often the rule has it; what joins leaves is computed from their truths, which are
    never NULL. Raises `NotSqlCapable`.
    """
    layered = evaluation.layered((), [rule], kept=[group])
    steps = list(layered.steps)
    names: dict[Node, str] = {}
    for level in _levels(rule):
        truths: dict[str, SqlExpression] = {}
        for node in level:
            names[node] = f"n{len(names)}"
            joined = _joined(node, names)
            truths[names[node]] = layered.predicates.root(node) if joined is None else joined
        steps.append(evaluation.step(truths, len(steps)))
    found = tuple(parts(rule))
    counted = [how_many(nodes.column(names[node]), evaluation.ctx.engine) for _, node in found]
    result = [nodes.column(group), exp.Count(this=exp.Star()), *counted]
    return NodeCounts(f"{evaluation.chained(steps, result)}\nGROUP BY 1", tuple(at for at, _ in found))


def parts(node: Node, at: Pointer = "") -> Iterator[tuple[Pointer, Node]]:
    """Every node of a rule and where it is in the native form, each before its parts.

    >>> [at for at, _ in parts(All((Not(All(())), AnyOf(()))))]
    ['', '/all/0', '/all/0/not', '/all/1']
    """
    yield at, node
    match node:
        case All(children) | AnyOf(children):
            word = "all" if isinstance(node, All) else "any"
            for number, child in enumerate(children):
                yield from parts(child, point(at, word, number))
        case Not(child):
            yield from parts(child, point(at, "not"))


def _levels(rule: Node) -> Iterator[list[Node]]:
    """The different nodes of a rule, those first that others are made of."""
    depths: dict[Node, int] = {}
    for _, node in reversed(list(parts(rule))):
        below = [depths[each] for each in _children(node)]
        depths[node] = 1 + max(below, default=-1)
    for depth in range(1 + max(depths.values())):
        yield [node for node, at in depths.items() if at == depth]


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case All(children) | AnyOf(children):
            return children
        case Not(child):
            return (child,)
        case _:
            return ()


def _joined(node: Node, names: Mapping[Node, str]) -> SqlExpression | None:
    """A node from the truths of its parts; None for a leaf."""
    match node:
        case All(children):
            return nodes.all_of(nodes.column(names[each]) for each in children)
        case AnyOf(children):
            return nodes.any_of(nodes.column(names[each]) for each in children)
        case Not(child):
            return nodes.negated(nodes.column(names[child]))
        case _:
            return None
