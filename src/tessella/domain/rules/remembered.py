"""Remember what was made of a tree: unchanged rules keep their trees from one snapshot to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from tessella.domain.rules.ast import Node

T = TypeVar("T")


class Remembered(Generic[T]):
    """A pure function of trees that is not called again for the same tree, of the `capacity` that came last.

    The same, not an equal one: to compare trees takes longer than most functions. Threads may share one.
    """

    def __init__(self, function: Callable[[Node], T], capacity: int) -> None:
        self._function = function
        self._capacity = capacity
        #: By the identity of the tree, which is kept with it: so no other tree takes its place.
        self._results: dict[int, tuple[Node, T]] = {}

    def __call__(self, node: Node) -> T:
        """What the function gives."""
        found = self._results.get(id(node))
        if found is None:
            if len(self._results) >= self._capacity:
                self._results.clear()
            found = self._results[id(node)] = node, self._function(node)
        return found[1]
