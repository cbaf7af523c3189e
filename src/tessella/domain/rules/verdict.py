"""Whether a rule is true of everyone or of nobody, whatever the values are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.ast import All, AnyOf, Comparison, InSegment, Node, Not
from tessella.domain.rules.canonical import canonical
from tessella.domain.rules.reads import features_read
from tessella.domain.rules.regions import Literal, is_empty
from tessella.domain.rules.terms import holds

#: A part of a rule that has to be true, or (False) has to be false.
Conjunct = tuple[Node, bool]


def conjuncts(node: Node, *, required: bool) -> Iterator[Conjunct]:
    """What must hold together for `node` to be `required`, through nested groups and negations."""
    match node:
        case All((only,)) | AnyOf((only,)):
            yield from conjuncts(only, required=required)
        case All(children) if required:
            for child in children:
                yield from conjuncts(child, required=True)
        case AnyOf(children) if not required:
            for child in children:
                yield from conjuncts(child, required=False)
        case Not(child):
            yield from conjuncts(child, required=not required)
        case _:
            yield node, required


def literals_by_feature(parts: list[Conjunct]) -> dict[FeatureName, list[Literal]]:
    """The predicates among the conjuncts, by the feature that they read."""
    found: dict[FeatureName, list[Literal]] = defaultdict(list)
    for node, required in parts:
        if not isinstance(node, All | AnyOf | Not | InSegment | Comparison):
            found[node.feature].append(Literal(node, required))
    return found


@dataclass(frozen=True, slots=True)
class Verdicts:
    """True or False for a node that is so for every subject at every time; None where that is not known.

    Sound, not complete: see `regions`.
    """

    known: dict[Node, bool | None] = field(default_factory=dict)

    def of(self, node: Node) -> bool | None:
        if node not in self.known:
            self.known[node] = self._find(node)
        return self.known[node]

    def _find(self, node: Node) -> bool | None:
        match node:
            case All(children):
                return self._group([*conjuncts(node, required=True)], children, neutral=True)
            case AnyOf(children):
                return self._group([*conjuncts(node, required=False)], children, neutral=False)
            case Not(child):
                inner = self.of(child)
                return None if inner is None else not inner
            case InSegment():
                return None
            case Comparison():
                return None if features_read(node) else holds(node, {})
            case predicate:
                return False if is_empty([Literal(predicate, True)]) else None

    def _group(self, parts: list[Conjunct], children: tuple[Node, ...], *, neutral: bool) -> bool | None:
        """`not neutral` when the parts contradict each other, `neutral` when every child has that truth."""
        if self._contradict(parts):
            return not neutral
        return neutral if all(self.of(each) is neutral for each in children) else None

    def _contradict(self, parts: list[Conjunct]) -> bool:
        if any(self.of(node) is (not required) for node, required in parts):
            return True
        if _both_ways(parts):
            return True
        return any(is_empty(literals) for literals in literals_by_feature(parts).values())


def _both_ways(parts: list[Conjunct]) -> bool:
    """Whether one node has to be true and false."""
    if len({required for _, required in parts}) < 2:
        return False
    true, false = ({canonical(node) for node, required in parts if required is truth} for truth in (True, False))
    return not true.isdisjoint(false)
