"""What filters say of the items of an index: found out row by row as rows are asked for, and remembered."""

from __future__ import annotations

from threading import Lock
from typing import Final

import numpy as np

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import Catalogue, Rows
from tessella.domain.ranking.filters.item_filter import ItemFilter, Values
from tessella.domain.ranking.filters.item_values import ItemValues
from tessella.domain.ranking.rows.weighted_rows import Mask
from tessella.domain.rules.ast import Node
from tessella.domain.rules.compile import FIRST_FREE_SLOT, compile_rules

#: How many filters are remembered, each with a byte an item. What the request says is part of a filter here.
MOST_FILTERS: Final = 32
_UNKNOWN, _PASSES, _FAILS = 0, 1, 2


class Judge:
    """One filter over one catalogue."""

    def __init__(self, catalogue: Catalogue, item_filter: ItemFilter, node: Node) -> None:
        """`node` is the filter, settled for a request."""
        [rule] = compile_rules([node])
        slots = {key: slot for slot, key in enumerate((*rule.features, *rule.kept), FIRST_FREE_SLOT)}
        self._test = rule.bind(slots)
        self._values = ItemValues(catalogue, [item_filter.of_items[name] for name in rule.features])
        self._nothing_kept: list[Value | None] = [None] * len(rule.kept)
        self._verdicts = np.zeros(len(catalogue), np.int8)

    def passing(self, rows: Rows, now: Instant) -> Mask:
        """Whether each row passes; a row is judged once."""
        for row in rows[self._verdicts.take(rows) == _UNKNOWN].tolist():
            self._verdicts[row] = _PASSES if self.passes(row, now) else _FAILS
        return np.equal(self._verdicts.take(rows), _PASSES)

    def passes(self, row: int, now: Instant) -> bool:
        """Whether one row passes at `now`."""
        return self._test([now, {}, *self._values.of(row).values(), *self._nothing_kept])


class Verdicts:
    """The judges of an index that were asked last. Threads may share it: they would find out the same."""

    def __init__(self) -> None:
        self._judges: dict[Node, Judge] = {}
        self._lock = Lock()

    def passing(self, catalogue: Catalogue, item_filter: ItemFilter, rows: Rows, values: Values, now: Instant) -> Mask:
        """Whether the filter lets each row pass, for a request with these values."""
        judge = self._judge(catalogue, item_filter, item_filter.settled(values, now))
        if item_filter.moves:
            return np.array([judge.passes(row, now) for row in rows.tolist()], np.bool_)
        return judge.passing(rows, now)

    def _judge(self, catalogue: Catalogue, item_filter: ItemFilter, node: Node) -> Judge:
        with self._lock:
            judge = self._judges.pop(node, None) or Judge(catalogue, item_filter, node)
            self._judges[node] = judge
            if len(self._judges) > MOST_FILTERS:
                del self._judges[next(iter(self._judges))]
        return judge
