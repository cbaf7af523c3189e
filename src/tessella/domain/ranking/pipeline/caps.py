"""Step 6: no more than so many items of one brand, and of one category, in a list."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import NONE, Catalogue, Rows
from tessella.domain.ranking.knobs import KnobValue
from tessella.domain.ranking.reasons import BRAND_CAP, CATEGORY_CAP


class Cap:
    """Counts the labels of the items of a list. An item without a label is never too many."""

    def __init__(self, reason: str, most: int, codes: NDArray[np.int32]) -> None:
        """Codes: the label of each candidate."""
        self.reason = reason
        self._most = most
        self._codes = codes
        self._counts: dict[int, int] = {}

    def is_full(self, place: int) -> bool:
        """Whether the list holds as many of the candidate's label as it may."""
        code = int(self._codes[place])
        return code != NONE and self._counts.get(code, 0) >= self._most

    def count(self, place: int) -> None:
        """The candidate is in the list."""
        code = int(self._codes[place])
        self._counts[code] = self._counts.get(code, 0) + 1


def caps_of(config: Mapping[str, KnobValue], catalogue: Catalogue, rows: Rows) -> list[Cap]:
    """The caps that are set, for candidates in these rows."""
    both = ((BRAND_CAP, "brand_cap", catalogue.brands), (CATEGORY_CAP, "category_cap", catalogue.categories))
    return [Cap(reason, int(config[knob]), labels.codes.take(rows)) for reason, knob, labels in both if config[knob]]
