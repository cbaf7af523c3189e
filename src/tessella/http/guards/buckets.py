"""Token buckets in memory: who may ask now, and how much of the quota is left.

A bucket is one number, the moment when it would be full again if nothing more were taken. So a request costs an
addition, nobody has to fill buckets up, and one that is full need not be kept.
Source: the generic cell rate algorithm, ITU-T I.371 (2004), annex A.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

import msgspec

#: Buckets that are kept; those that are fullest are forgotten first.
MOST_BUCKETS: Final = 100_000
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Quota:
    """How often one caller may ask."""

    #: What the headers call it.
    name: str
    #: Requests a second that a bucket is filled with; more than 0.
    per_second: float
    #: The seconds that it takes to fill an empty one.
    burst_seconds: float

    @property
    def capacity(self) -> int:
        """The requests that a full bucket holds, at least 1.

        >>> Quota("subject", 50, 4).capacity
        200
        """
        return max(1, int(self.per_second * self.burst_seconds))


class Taken(msgspec.Struct, frozen=True):
    """What became of one request."""

    #: Whether there was a token for it.
    is_within: bool
    #: The whole requests that are left.
    remaining: int
    #: The seconds until the bucket is full again; of a refused request, until there is a token.
    seconds: float


class Buckets:
    """The buckets of all callers under one quota."""

    def __init__(self, quota: Quota, most: int = MOST_BUCKETS) -> None:
        self.quota = quota
        self._most = most
        self._step_seconds = 1 / quota.per_second
        self._whole_seconds = quota.capacity / quota.per_second
        #: By caller: when its bucket is full, in seconds of a clock that never goes back.
        self._full_at: dict[Hashable, float] = {}

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, caller: Hashable, now: float) -> Taken:
        """Take a token of `caller` at `now`, in seconds of a clock that never goes back.

        With rate $r$ and capacity $c$: a bucket that is full at $f$ lacks $r (f - t)$ tokens at $t$, so there is one
        when $f + 1/r - t <= c/r$; to take it moves $f$ by $1/r$.

        >>> buckets = Buckets(Quota("subject", per_second=1, burst_seconds=2))
        >>> [buckets.take("ann", now=0.0).is_within for _ in range(3)]
        [True, True, False]
        >>> buckets.take("ann", now=1.0)
        Taken(is_within=True, remaining=0, seconds=2.0)
        """
        before = self._full_at.get(caller)
        if before is None and len(self._full_at) >= self._most:
            self._forget(now)
        full_at = (now if before is None or before < now else before) + self._step_seconds
        room_seconds = self._whole_seconds - (full_at - now)
        if room_seconds < -_ROUNDING:
            return Taken(False, 0, -room_seconds)
        self._full_at[caller] = full_at
        return Taken(True, int(room_seconds / self._step_seconds + _ROUNDING), full_at - now)

    def drop(self, caller: Hashable) -> None:
        """Let go of a caller, whose bucket is full again then."""
        self._full_at.pop(caller, None)

    def _forget(self, now: float) -> None:
        """Those that are full, and at least an eighth of all, so that it happens seldom."""
        self._full_at = {caller: at for caller, at in self._full_at.items() if at > now}
        surplus = len(self._full_at) - self._most * 7 // 8
        for caller in heapq.nsmallest(surplus, self._full_at, key=self._full_at.__getitem__):
            del self._full_at[caller]
