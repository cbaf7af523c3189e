"""Whether the truth of a rule hangs on values that are absent.

Kleene's logic of three values, said in two rules: one that holds where the rule surely does, one where it surely does
not. Over a value that is absent neither holds of a predicate, though the predicate itself counts as false.
"""

from __future__ import annotations

from collections.abc import Iterable

from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.ast import All, AnyOf, Comparison, Node, Not
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.reads import features_read


def is_certain(node: Node) -> Node:
    """A rule that holds where the truth of `node` does not hang on an absent value.

    >>> is_certain(Exists(FeatureName("user.zodiac"))) == is_certain(Not(Exists(FeatureName("user.zodiac"))))
    False
    >>> is_certain(All(()))
    AnyOf(children=(All(children=()), AnyOf(children=())))
    """
    return AnyOf((_surely(node), _surely_not(node)))


def _surely(node: Node) -> Node:
    match node:
        case All(children):
            return All(tuple(map(_surely, children)))
        case AnyOf(children):
            return AnyOf(tuple(map(_surely, children)))
        case Not(child):
            return _surely_not(child)
        case leaf:
            return leaf


def _surely_not(node: Node) -> Node:
    match node:
        case All(children):
            return AnyOf(tuple(map(_surely_not, children)))
        case AnyOf(children):
            return All(tuple(map(_surely_not, children)))
        case Not(child):
            return _surely(child)
        case leaf:
            return All((*_present(leaf), Not(leaf)))


def _present(leaf: Node) -> Iterable[Node]:
    """That what a leaf reads is there; whether something exists is known of everything."""
    return () if isinstance(leaf, Exists) else [Exists(name) for name in sorted(features_read(leaf))]


def settles_for(leaf: Node, of_items: frozenset[FeatureName]) -> bool:
    """Whether a leaf reads no item: for one subject it says the same of all of them."""
    return not isinstance(leaf, Comparison) and not features_read(leaf) & of_items
