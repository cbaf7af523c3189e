"""Periods of exposures: features are computed once for each."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Instant

#: Features are computed over all events for each period.
MOST_PERIODS: Final = 24


def offer_periods(shown_at: NDArray[np.int64]) -> list[tuple[Instant, Instant]]:
    """When each period begins and where the next one does, the earliest first; every exposure is in one.

    Each moment is a period where there are at most 24, as of campaigns; else they hold about as many exposures each.

    >>> offer_periods(np.array([3, 3, 9]))
    [(3, 9), (9, 10)]
    """
    moments = np.unique(shown_at)
    if len(moments) > MOST_PERIODS:
        moments = np.unique(np.quantile(shown_at, np.arange(MOST_PERIODS) / MOST_PERIODS, method="lower"))
    begins = [*moments.tolist(), *(shown_at.max(keepdims=True) + 1).tolist()] if len(shown_at) else []
    return [(Instant(begin), Instant(end)) for begin, end in pairwise(begins)]
