"""Tells senders what became of their rows: some of them, or all, only when the next batch is on its way.

Whoever is told sends again, and that takes as much of the processor as writing does. Told all at once, they would leave
the database without work until the last of them had sent, and then wait for it together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from tessella.storage.writing.batch import Result
from tessella.storage.writing.submissions import Submission

#: At most so long somebody waits for others: nobody notices, even where the next batch hangs.
_SECONDS: Final = 0.01
#: Fewer are told at once.
_FEW: Final = 64

Told = tuple[Submission, Result]


class Telling:
    """What was committed and is not told yet."""

    def __init__(self) -> None:
        self._held: list[Told] = []
        self._timer: asyncio.TimerHandle | None = None

    def __bool__(self) -> bool:
        return bool(self._held)

    def tell(self, batch: Sequence[Submission], results: Sequence[Result], *, others_wait: bool) -> None:
        """Tell half of the senders, and the others when `release` is called; all of them then if `others_wait`."""
        self.release()
        told = list(zip(batch, results, strict=True))
        first = len(told) if len(told) <= _FEW else 0 if others_wait else len(told) // 2
        for each in told[:first]:
            _tell(*each)
        if first < len(told):
            self._held = told[first:]
            self._timer = asyncio.get_running_loop().call_later(_SECONDS, self.release)

    def release(self) -> None:
        """Tell those who are left."""
        held, self._held = self._held, []
        if self._timer is not None:
            self._timer.cancel()
        for each in held:
            _tell(*each)


def _tell(submission: Submission, result: Result) -> None:
    if isinstance(result, Exception):
        submission.fail(result)
    else:
        submission.settle(result)
