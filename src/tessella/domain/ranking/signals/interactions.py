"""Events about items as columns of numbers: what every signal is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import NONE, Rows

MINUTE_US: Final = 60_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """What subjects did with items, a place an event, sorted by subject, time and row. `interactions_of` makes one."""

    #: A code a subject, 0 or more.
    subjects: NDArray[np.int32]
    rows: Rows
    #: Microseconds UTC.
    times: NDArray[np.int64]
    #: What the event's type counts for, 0 or more.
    weights: NDArray[np.float32]
    purchased: NDArray[np.bool_]
    #: A code a basket, or a session where there is no basket, from 0 without gaps when made. No two subjects share one.
    baskets: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.rows)

    def window(self, as_of: Instant, days: float | None = None) -> Interactions:
        """The events of the `days` up to `as_of`, or all up to `as_of`; one exactly `days` old is not among them."""
        inside = self.times <= as_of
        if days is not None:
            inside &= self.times > as_of - int(days * DAY_US)
        return self if inside.all() else self.where(inside)

    def purchases(self) -> Interactions:
        """The events that are purchases."""
        return self.where(self.purchased)

    def where(self, chosen: NDArray[np.bool_]) -> Interactions:
        """Some of the events, in the same order."""
        return Interactions(
            self.subjects[chosen],
            self.rows[chosen],
            self.times[chosen],
            self.weights[chosen],
            self.purchased[chosen],
            self.baskets[chosen],
        )


def interactions_of(
    subjects: NDArray[np.int32],
    rows: Rows,
    times: NDArray[np.int64],
    weights: NDArray[np.float32],
    purchased: NDArray[np.bool_],
    *,
    baskets: NDArray[np.int64] | None = None,
    session_gap_minutes: float = 30.0,
) -> Interactions:
    """The events in order, each with its basket or session.

    `baskets` holds a code an event, from 0 to below 2**31, or `NONE`; the same code of two subjects means two baskets.
    Events without a basket form sessions: a new one begins where a subject was quiet for more than the gap.

    >>> events = [np.array(each) for each in ([7, 7, 7], [0, 1, 2], [0, 60_000_000, 7_200_000_000])]
    >>> interactions_of(*events, np.ones(3, np.float32), np.ones(3, bool)).baskets.tolist()
    [0, 0, 1]
    """
    order = np.lexsort((rows, times, subjects))
    subjects, times = subjects[order].astype(np.int32), times[order].astype(np.int64)
    given = np.full(len(order), NONE, np.int64) if baskets is None else baskets[order]
    return Interactions(
        subjects,
        rows[order].astype(np.int32),
        times,
        weights[order].astype(np.float32),
        purchased[order].astype(np.bool_),
        _baskets(subjects, times, given, int(session_gap_minutes * MINUTE_US)),
    )


def _baskets(
    subjects: NDArray[np.int32], times: NDArray[np.int64], given: NDArray[np.int64], gap_us: int
) -> NDArray[np.int32]:
    """Sessions are counted from 0, baskets follow them."""
    loose = given == NONE
    codes = np.empty(len(given), np.int32)
    codes[loose] = sessions = _sessions(subjects[loose], times[loose], gap_us)
    of_subject = subjects.astype(np.int64) * (int(given.max(initial=0)) + 1) + given
    codes[~loose] = np.unique(of_subject[~loose], return_inverse=True)[1] + sessions.max(initial=-1) + 1
    return codes


def _sessions(subjects: NDArray[np.int32], times: NDArray[np.int64], gap_us: int) -> NDArray[np.int32]:
    begins = (np.diff(subjects) != 0) | (np.diff(times) > gap_us)
    return np.concatenate([np.zeros(min(len(times), 1), np.int32), np.cumsum(begins, dtype=np.int32)])
