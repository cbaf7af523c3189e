"""What a subject did with items, newest first, as the ranking reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import Rows

#: The most events of one subject that a ranking reads.
HISTORY_LENGTH: Final = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The last events of one subject, in rows of one index. Events about items that it does not hold are left out."""

    rows: Rows
    #: Microseconds UTC, descending.
    times: NDArray[np.int64]
    #: What each event's type counts for.
    weights: NDArray[np.float32]
    #: Whether each event is a purchase.
    purchased: NDArray[np.bool_]
    #: The labels with the most of the first events and their shares, by the numbers of both: those asked for last.
    strongest: dict[tuple[int, int], tuple[NDArray[np.intp], NDArray[np.float64]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


NO_HISTORY: Final = History(
    np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.bool_)
)
