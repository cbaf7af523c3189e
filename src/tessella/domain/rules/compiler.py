"""Compile many rules without stopping the process, and none of them twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import Final

from tessella.domain.identifiers import SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.compile import CompiledRule, compile_rules
from tessella.domain.rules.necessary import Needs, alternatives, needs
from tessella.domain.rules.reads import segments_read
from tessella.domain.rules.remembered import Remembered
from tessella.domain.steps import Steps

#: How many rules are compiled at once: Python holds its lock for so long, and a request waits.
CHUNK: Final = 32


class RuleCompiler:
    """The compiled form of trees: the `capacity` that were used last. Threads may share one."""

    def __init__(self, capacity: int = 100_000) -> None:
        self._capacity = capacity
        self._rules: dict[Node, CompiledRule] = {}
        #: The same by the identity of the tree, which is kept with it: to hash a tree takes longer than to bind a rule.
        self._same: dict[int, tuple[Node, CompiledRule]] = {}
        self._lock = Lock()
        #: `necessary.alternatives`.
        self.alternatives = Remembered(alternatives, capacity)
        self._reads_segment = Remembered(lambda node: any(segments_read(node)), capacity)
        self._own_needs = Remembered(lambda node: needs(node, {}), capacity)

    def steps(self, nodes: Sequence[Node]) -> Steps[list[CompiledRule]]:
        """Compile `nodes`, in their order, pausing after each chunk."""
        rules: list[CompiledRule] = []
        for start in range(0, len(nodes), CHUNK):
            rules += self._chunk(nodes[start : start + CHUNK])
            yield
        return rules

    def needs(self, node: Node, segments: Mapping[SegmentId, Needs]) -> Needs:
        """`necessary.needs`."""
        return needs(node, segments) if self._reads_segment(node) else self._own_needs(node)

    def _chunk(self, nodes: Sequence[Node]) -> list[CompiledRule]:
        with self._lock:
            other = [node for node in nodes if id(node) not in self._same]
            if len(self._same) + len(other) > self._capacity:
                self._same.clear()
                other = list(nodes)
            self._same.update({id(node): (node, rule) for node, rule in self._compiled(other)})
            return [self._same[id(node)][1] for node in nodes]

    def _compiled(self, nodes: Sequence[Node]) -> Iterator[tuple[Node, CompiledRule]]:
        rules = {node: self._rules.pop(node) for node in nodes if node in self._rules}
        missing = list(dict.fromkeys(node for node in nodes if node not in rules))
        rules.update(zip(missing, compile_rules(missing), strict=True))
        self._rules.update(rules)
        while len(self._rules) > self._capacity:
            del self._rules[next(iter(self._rules))]
        return ((node, rules[node]) for node in nodes)
