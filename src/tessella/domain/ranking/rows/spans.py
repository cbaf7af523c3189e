"""Lists of different lengths in one array: where those of several rows lie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import Rows
from tessella.domain.ranking.rows.weighted_rows import Places


def spans(offsets: NDArray[np.int64], rows: Rows, most: Places | None = None) -> tuple[Places, Places]:
    """All places of the lists of `rows`, or of the first `most` of each, one list after the other; and the lengths.

    >>> places, lengths = spans(np.array([0, 10, 13, 50]), np.array([1, 0], np.int32))
    >>> places.tolist(), lengths.tolist()
    ([10, 11, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 10])
    """
    starts = offsets.take(rows)
    lengths = offsets.take(rows + 1) - starts
    if most is not None:
        lengths = np.minimum(lengths, most)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - ends + lengths, lengths) + np.arange(total), lengths
