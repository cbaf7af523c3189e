"""What filters say of the items of an index: the answers that were asked for last are remembered."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Final

import numpy as np

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import Catalogue, Rows
from tessella.domain.ranking.filters.item_filter import ItemFilter, Values
from tessella.domain.ranking.filters.judge import Judge
from tessella.domain.ranking.rows.weighted_rows import Mask
from tessella.domain.rules.ast import Node

#: How many filters are remembered, each with a byte an item. What the request says is part of a filter here.
MOST_FILTERS: Final = 32


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

    def passing_all(
        self, catalogue: Catalogue, item_filters: Iterable[ItemFilter], values: Values, now: Instant
    ) -> Rows:
        """Every row that all filters let pass, ascending. A filter that moves is not among them."""
        passes = np.ones(len(catalogue), np.bool_)
        for each in item_filters:
            passes &= self._judge(catalogue, each, each.settled(values, now)).everywhere(now)
        return np.flatnonzero(passes)

    def _judge(self, catalogue: Catalogue, item_filter: ItemFilter, node: Node) -> Judge:
        with self._lock:
            judge = self._judges.pop(node, None) or Judge(catalogue, item_filter, node)
            self._judges[node] = judge
            if len(self._judges) > MOST_FILTERS:
                del self._judges[next(iter(self._judges))]
        return judge
