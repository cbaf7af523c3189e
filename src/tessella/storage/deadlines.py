"""One timer for all who wait for the writer: one of its own for each would cost a tenth of the throughput."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Final

from tessella.storage.errors import DatabaseAway
from tessella.storage.submissions import Submission

#: How long a sender waits for its acknowledgement.
DEADLINE_SECONDS: Final = 1.0
_TICK_SECONDS: Final = 0.05


class Deadlines:
    """Fails submissions that were not settled in time. They all have the same time, so the oldest is the next."""

    def __init__(self) -> None:
        self._waiting: deque[Submission] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, submission: Submission) -> None:
        """Fail this one with `DatabaseAway` unless it is settled in time, give or take a tick."""
        self._waiting.append(submission)
        if self._timer is None:
            self._set_timer()

    def _set_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_TICK_SECONDS, self._expire)

    def _expire(self) -> None:
        latest = time.monotonic() - DEADLINE_SECONDS
        while self._waiting and (self._waiting[0].is_abandoned() or self._waiting[0].at <= latest):
            late = DatabaseAway("nothing was acknowledged in time; the rows may yet be stored")
            self._waiting.popleft().fail(late)
        if self._waiting:
            self._set_timer()
        else:
            self._timer = None
