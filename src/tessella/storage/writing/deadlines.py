"""One timer for all who wait for the writer: one of its own for each would cost a tenth of the throughput."""

from __future__ import annotations

import asyncio
import time
from heapq import heappop, heappush
from itertools import count
from typing import Final

from tessella.storage.connections.presence import Presence
from tessella.storage.errors import DatabaseAway
from tessella.storage.writing.submissions import Submission

#: How long a sender waits for its acknowledgement, and for each byte of many rows while the database lives.
_SECONDS: Final = 1.0
SECONDS_PER_BYTE: Final = 0.5 / 1024**2
_TICK_SECONDS: Final = 0.05


class Deadlines:
    """Fails submissions that were not settled in time."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence
        #: By their ends; the number keeps equal ones apart.
        self._waiting: list[tuple[float, int, Submission]] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, submission: Submission) -> None:
        """Fail this one with `DatabaseAway` unless it is settled in time, give or take a tick."""
        ends = submission.at + _SECONDS + submission.size * SECONDS_PER_BYTE
        heappush(self._waiting, (ends, next(self._numbers), submission))
        if self._timer is None:
            self._set_timer()

    def _set_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_TICK_SECONDS, self._expire)

    def _expire(self) -> None:
        now = time.monotonic()
        while self._waiting and (self._waiting[0][2].is_abandoned() or self._waiting[0][0] <= now):
            _fail(heappop(self._waiting)[2])
        if not self._presence.is_up:
            for _, _, submission in self._waiting:
                if submission.at + _SECONDS <= now:
                    _fail(submission)
        if self._waiting:
            self._set_timer()
        else:
            self._timer = None


def _fail(submission: Submission) -> None:
    if submission.is_abandoned():  # as nearly all are: not even the error is made for them
        return
    submission.fail(DatabaseAway("nothing was acknowledged in time; the rows may yet be stored"))
