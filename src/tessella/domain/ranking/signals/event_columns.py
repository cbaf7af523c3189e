"""From stored events, block by block, to the columns that signals are computed from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.readings import PROPERTY
from tessella.domain.identifiers import SubjectId
from tessella.domain.ranking.catalogue.catalogue import NONE, Catalogue
from tessella.domain.ranking.setup import RankingSetup
from tessella.domain.ranking.signals.interactions import Interactions, interactions_of

_FIELDS: Final = ("subject_id", "event_type", "occurred_at", "item_id")
#: What is read of a property that is not there, or is null.
_ABSENT: Final = ("", "null")


def fields_read(setup: RankingSetup) -> tuple[str, ...]:
    """What is to be read of each event: the first four as they are, and the property that names its basket.

    >>> fields_read(RankingSetup(basket_property="order"))
    ('subject_id', 'event_type', 'occurred_at', 'item_id', 'properties.order')
    """
    basket = setup.basket_property
    return _FIELDS if basket is None else (*_FIELDS, f"{PROPERTY}{basket}")


class EventColumns:
    """Takes events in any order as texts of `fields_read`, and keeps columns of numbers only."""

    def __init__(self, catalogue: Catalogue, setup: RankingSetup) -> None:
        self._catalogue = catalogue
        self._setup = setup
        self._counts_for = {each: weight for each, weight in setup.event_weights.items() if weight > 0}
        self._counts_for |= {each: setup.event_weights.get(each, 0.0) for each in setup.purchase_types}
        self._subjects: dict[str, int] = {}
        self._baskets: dict[str, int] = {}
        self._blocks: list[tuple[NDArray[Any], ...]] = []
        #: Events that count but are about no item of the catalogue.
        self.unknown_items = 0

    def add(self, events: Sequence[Sequence[str]]) -> None:
        """Take a block. Of types that count for nothing, and about no item at all, events are left out."""
        counted = [each for each in events if each[3] and each[1] in self._counts_for]
        rows = self._catalogue.rows_of([each[3] for each in counted])
        self.unknown_items += int(np.count_nonzero(rows == NONE))
        known = [each for each, row in zip(counted, rows.tolist(), strict=True) if row != NONE]
        self._blocks.append((
            np.array([self._subjects.setdefault(each[0], len(self._subjects)) for each in known], np.int32),
            rows[rows != NONE],
            np.array([int(each[2]) for each in known], np.int64),
            np.array([self._counts_for[each[1]] for each in known], np.float32),
            np.array([each[1] in self._setup.purchase_types for each in known], np.bool_),
            np.array([self._basket(each) for each in known], np.int64),
        ))  # fmt: skip

    def subject_ids(self) -> list[SubjectId]:
        """The subject of each code."""
        return [SubjectId(each) for each in self._subjects]

    def built(self) -> Interactions:
        """All events that were taken and are about items of the catalogue."""
        self.add([])
        subjects, rows, times, weights, purchased, baskets = (
            np.concatenate(column) for column in zip(*self._blocks, strict=True)
        )
        return interactions_of(
            subjects, rows, times, weights, purchased,
            baskets=baskets, session_gap_minutes=self._setup.session_gap_minutes,
        )  # fmt: skip

    def _basket(self, event: Sequence[str]) -> int:
        if len(event) == len(_FIELDS) or event[4] in _ABSENT:
            return NONE
        return self._baskets.setdefault(event[4], len(self._baskets))
