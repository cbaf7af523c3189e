"""The named cells of recency, frequency and monetary value."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

CHAMPIONS: Final = "Champions"
LOYAL: Final = "Loyal Customers"
POTENTIAL: Final = "Potential Loyalists"
NEW: Final = "New Customers"
PROMISING: Final = "Promising"
ATTENTION: Final = "Need Attention"
SLEEPY: Final = "About To Sleep"
AT_RISK: Final = "At Risk"
CANNOT_LOSE: Final = "Cannot Lose Them"
HIBERNATING: Final = "Hibernating"
LOST: Final = "Lost"

#: By the score of recency, 1 first, and by the mean of the scores of frequency and money, 1 first, halves rounded up.
#: The eleven names are those of Putler's grid (putler.com/rfm-analysis). Its cells overlap; here each place has one.
_GRID: Final = (
    (LOST, LOST, AT_RISK, AT_RISK, CANNOT_LOSE),
    (HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANNOT_LOSE),
    (SLEEPY, SLEEPY, ATTENTION, LOYAL, LOYAL),
    (PROMISING, POTENTIAL, POTENTIAL, LOYAL, LOYAL),
    (NEW, POTENTIAL, POTENTIAL, CHAMPIONS, CHAMPIONS),
)

#: Every name once, the best first.
CELLS: Final = (
    CHAMPIONS, LOYAL, POTENTIAL, NEW, PROMISING, ATTENTION, SLEEPY, AT_RISK, CANNOT_LOSE, HIBERNATING, LOST,
)  # fmt: skip

_PLACES: Final = np.array([[CELLS.index(name) for name in row] for row in _GRID])


def cell(recency: int, frequency: int, monetary: int) -> str:
    """The name of a combination of scores, 1 to 5 each, 5 the best.

    >>> cell(5, 5, 4), cell(1, 5, 5), cell(5, 1, 1)
    ('Champions', 'Cannot Lose Them', 'New Customers')
    """
    return _GRID[recency - 1][(frequency + monetary + 1) // 2 - 1]


def cells(scores: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of scores of the shape (subjects, 3), recency first: where each one's cell stands in `CELLS`."""
    return np.asarray(_PLACES[scores[:, 0] - 1, (scores[:, 1] + scores[:, 2] + 1) // 2 - 1])
