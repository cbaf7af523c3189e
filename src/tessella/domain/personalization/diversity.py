"""How unlike the items of a ranking are. Source: requirement D, "Diversity: Variety in recommendation types"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName


class Likeness:
    """How alike pairs of items are by the features that a scope reads of them; each pair is compared once."""

    def __init__(self, items: Mapping[str, Mapping[FeatureName, Value]]) -> None:
        self._items = items
        self._known: dict[tuple[str, str], float] = {}

    def diversity(self, item_ids: Sequence[str]) -> float | None:
        """1 - the mean likeness of two of the items; None for fewer than two.

        >>> likeness = Likeness({"a": {"item.kind": "tip"}, "b": {"item.kind": "tip"}, "c": {"item.kind": "news"}})
        >>> likeness.diversity(["a", "b"]), round(likeness.diversity(["a", "b", "c"]), 3), likeness.diversity(["a"])
        (0.0, 0.667, None)
        """
        pairs = [tuple(sorted(each)) for each in combinations(item_ids, 2)]
        return 1 - sum(self._of((one, other)) for one, other in pairs) / len(pairs) if pairs else None

    def _of(self, pair: tuple[str, str]) -> float:
        """The share of the features that one of them has which both have, and equal; 0 where neither has any."""
        if (known := self._known.get(pair)) is None:
            one, other = (self._items[each] for each in pair)
            names = one.keys() | other.keys()
            same = sum(1 for each in names if each in one and each in other and one[each] == other[each])
            known = self._known[pair] = same / len(names) if names else 0.0
        return known
