"""`missing` and `missing_some` as conditions: whether the list that they return would hold a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.errors import MalformedRule, RuleTooLarge
from tessella.domain.identifiers import FeatureName, Pointer
from tessella.domain.rules.ast import ALWAYS, Node
from tessella.domain.rules.jsonlogic.folding import all_of, any_of, negated
from tessella.domain.rules.jsonlogic.values import Known, Value
from tessella.domain.rules.operators.exists import Exists

#: How many names `missing_some` may list: the conditions grow faster than the list.
MAX_NAMES: Final = 32


def missing(names: Sequence[FeatureName]) -> Node:
    """When one of the features is absent."""
    return negated(all_of(map(Exists, names)))


def missing_some(needed: Value, names: Sequence[FeatureName], at: Pointer) -> Node:
    """When fewer than `needed` of the features have a value; where more are needed than listed, fewer than all.

    Raises `MalformedRule` or `RuleTooLarge`.
    """
    if not isinstance(needed, Known) or type(needed.value) is not int or needed.value < 0:
        raise MalformedRule(at, '"missing_some" holds a number of names and a list of names, such as [1, ["a", "b"]].')
    if len(names) > MAX_NAMES:
        raise RuleTooLarge(at, "wide", MAX_NAMES, "names in missing_some")
    return negated(_at_least(min(needed.value, len(names)), [*map(Exists, names)]))


def _at_least(count: int, nodes: Sequence[Node]) -> Node:
    """When `count` of the nodes hold: some in the first half, the rest in the second."""
    if count == len(nodes):
        return all_of(nodes)
    if count <= 1:
        return any_of(nodes) if count else ALWAYS
    middle = len(nodes) // 2
    first, second = nodes[:middle], nodes[middle:]
    splits = range(max(count - len(second), 0), min(count, len(first)) + 1)
    return any_of(all_of((_at_least(split, first), _at_least(count - split, second))) for split in splits)
