"""One timer for all who wait for the writer: one of its own for each would cost a tenth of the throughput."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from tessella.storage.connections.presence import Presence
from tessella.storage.errors import DatabaseAway, WriteInDoubt
from tessella.storage.writing.queue import Queue
from tessella.storage.writing.submissions import Submission

#: How long a sender waits for its acknowledgement, and for each byte of many rows while the database lives.
_SECONDS: Final = 1.0
SECONDS_PER_BYTE: Final = 0.5 / 1024**2
_TICK_SECONDS: Final = 0.05
_LATE: Final = "nothing was acknowledged in time"


class Deadlines:
    """Fails submissions that were not settled in time."""

    def __init__(self, presence: Presence, queue: Queue) -> None:
        self._presence = presence
        self._queue = queue
        self._waiting: list[Submission] = []
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, submission: Submission) -> None:
        """Fail this one with `DatabaseAway` unless it is settled in time, give or take a tick.

        The error is a `WriteInDoubt` where the rows may yet be stored. With any other they never are.
        """
        self._waiting.append(submission)
        if self._timer is None:
            self._set_timer()

    def _set_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_TICK_SECONDS, self._expire)

    def _expire(self) -> None:
        """Look at all that wait: cheaper than to keep them in order, as nearly all are settled before the next look."""
        now = time.monotonic()
        seconds_per_byte = SECONDS_PER_BYTE if self._presence.is_up else 0
        self._waiting = [each for each in self._waiting if not each.is_abandoned()]
        for each in self._waiting:
            if each.at + _SECONDS + each.size * seconds_per_byte <= now:
                each.fail(WriteInDoubt(_LATE) if self._queue.is_taken(each) else DatabaseAway(_LATE))
        if self._waiting:
            self._set_timer()
        else:
            self._timer = None
