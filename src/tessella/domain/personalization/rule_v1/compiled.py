"""Rules of a scope as code that takes the values of a subject and of an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.rules.ast import Node
from tessella.domain.rules.compile import FIRST_FREE_SLOT, Slots, Test, compile_rules

Values = Mapping[FeatureName, Value]


class Tests:
    """Some rules over the same slots: one list of values serves all of them."""

    __slots__ = ("_kept", "_names", "tests")

    def __init__(self, nodes: Sequence[Node]) -> None:
        """The rules; none reads a segment."""
        rules = compile_rules(nodes)
        self._names = tuple(dict.fromkeys(name for rule in rules for name in rule.features))
        kept = tuple(dict.fromkeys(each for rule in rules for each in rule.kept))
        slots: dict[Any, int] = {key: slot for slot, key in enumerate((*self._names, *kept), FIRST_FREE_SLOT)}
        self._kept = (None,) * len(kept)
        self.tests: tuple[Test, ...] = tuple(rule.bind(slots) for rule in rules)

    def slots(self, now: Instant, subject: Values, item: Values) -> Slots:
        """What the tests take; an item's value wins."""
        value_of, other = item.get, subject.get
        found = [other(name) if (value := value_of(name)) is None else value for name in self._names]
        return [now, {}, *found, *self._kept]
