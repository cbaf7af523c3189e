"""What one filter says of the items of one catalogue."""

from __future__ import annotations

from typing import Final

import numpy as np

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import Catalogue, Rows
from tessella.domain.ranking.filters.item_columns import Column, column_of, one_value
from tessella.domain.ranking.filters.item_filter import ItemFilter
from tessella.domain.ranking.filters.item_values import ItemValues
from tessella.domain.ranking.rows.weighted_rows import Mask
from tessella.domain.rules.ast import All, AnyOf, Node, Not
from tessella.domain.rules.compile import FIRST_FREE_SLOT, compile_rules
from tessella.domain.rules.reads import features_read

_UNKNOWN: Final = 0
_PASSES: Final = 1
_FAILS: Final = 2


class Judge:
    """Finds out row by row as rows are asked for, or of all rows at once, and remembers it."""

    def __init__(self, catalogue: Catalogue, item_filter: ItemFilter, node: Node) -> None:
        """`node` is the filter, settled for a request, or a part of it."""
        [rule] = compile_rules([node])
        slots = {key: slot for slot, key in enumerate((*rule.features, *rule.kept), FIRST_FREE_SLOT)}
        self._catalogue, self._filter, self._node = catalogue, item_filter, node
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

    def everywhere(self, now: Instant) -> Mask:
        """Whether each row of the catalogue passes.

        A part of the filter that reads one label, set of labels or number is asked once for each that occurs: of
        1,000,000 items in 0.1 s. One that reads ids or names, or compares two features, is asked of every row: 2 s.
        """
        if (self._verdicts == _UNKNOWN).any():
            self._verdicts = np.where(self._judged(now), _PASSES, _FAILS).astype(np.int8)
        return np.equal(self._verdicts, _PASSES)

    def _judged(self, now: Instant) -> Mask:
        column = self._column()
        if column is not None:
            _, rows, places = np.unique(column, return_index=True, return_inverse=True)
            return self.passing(rows, now).take(places)
        match self._node:
            case All(children):
                return np.asarray(np.all([self._part(each).everywhere(now) for each in children], axis=0))
            case AnyOf(children):
                return np.asarray(np.any([self._part(each).everywhere(now) for each in children], axis=0))
            case Not(child):
                return ~self._part(child).everywhere(now)
            case _:
                return self.passing(np.arange(len(self._catalogue)), now)

    def _column(self) -> Column | None:
        """What the verdict hangs on, if that is one column."""
        names = list(features_read(self._node))
        if not names:
            return one_value(self._catalogue)
        return column_of(self._catalogue, self._filter.of_items[names[0]]) if len(names) == 1 else None

    def _part(self, node: Node) -> Judge:
        return Judge(self._catalogue, self._filter, node)
