"""Which values a rule needs: the part of its truth that an index can look up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import product
from typing import Final

from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import All, AnyOf, InSegment, Node
from tessella.domain.rules.operators.eq import Eq
from tessella.domain.rules.operators.in_ import In
from tessella.domain.rules.operators.truthy import Truthy

#: Per feature, the values of which one must be there for the rule to be true; a feature left out may have any value,
#: or none. None: the rule is never true.
Needs = Mapping[FeatureName, frozenset[Value]] | None

ANYTHING: Needs = {}

#: A rule with more alternatives than this is indexed with what is behind them as a whole.
MAX_ALTERNATIVES: Final = 8


def alternatives(node: Node) -> tuple[Node, ...]:
    """Conjunctions of which one is true exactly when `node` is: each needs values of its own.

    What an `any` lists are alternatives; an `all` has those of its children in every combination.

    >>> a, b, c = (InSegment(SegmentId(name)) for name in "abc")
    >>> alternatives(All((a, AnyOf((b, c))))) == (All((a, b)), All((a, c)))
    True
    """
    match node:
        case AnyOf(children):
            found = tuple(each for child in children for each in alternatives(child))
        case All(children):
            options = [alternatives(child) for child in children]
            few = math.prod(map(len, options)) <= MAX_ALTERNATIVES
            found = tuple(map(All, product(*options))) if few else (node,)
        case _:
            found = (node,)
    return found if len(found) <= MAX_ALTERNATIVES else (node,)


def needs(node: Node, segments: Mapping[SegmentId, Needs]) -> Needs:
    """The values that `node` needs, given those that each segment needs.

    `eq`, `in` and a bare boolean need theirs; `all` needs what every child needs, `any` what one of them needs.
    Everything else may be true of anything, which is always safe to say: the rule's own test decides.
    """
    match node:
        case Eq() | In() | Truthy():
            found = _needs_of_leaf(node)
        case All(children):
            found = reduce(_both, (needs(child, segments) for child in children), ANYTHING)
        case AnyOf(children):
            found = _either(needs(child, segments) for child in children)
        case InSegment(segment_id):
            found = segments[segment_id]
        case _:
            found = ANYTHING
    return found


def _needs_of_leaf(leaf: Eq | In | Truthy) -> Needs:
    match leaf:
        case Eq(feature, value):
            return {feature: frozenset((value,))}
        case In(feature, values):
            return {feature: frozenset(values)} if values else None
        case Truthy(feature, FeatureType.BOOLEAN):
            return {feature: frozenset((True,))}
        case _:
            return ANYTHING


def _both(left: Needs, right: Needs) -> Needs:
    if left is None or right is None:
        return None
    merged = {**left, **{name: left[name] & values if name in left else values for name, values in right.items()}}
    return merged if all(merged.values()) else None


def _either(alternatives: Iterable[Needs]) -> Needs:
    possible = [each for each in alternatives if each is not None]
    if not possible:
        return None
    shared = set(possible[0]).intersection(*possible[1:])
    return {name: frozenset().union(*(each[name] for each in possible)) for name in possible[0] if name in shared}
