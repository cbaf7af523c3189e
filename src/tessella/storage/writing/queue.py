"""What waits for the writer: bounded in rows and in bytes, those that somebody waits for first."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from typing import Final

from tessella.storage.errors import QueueFull
from tessella.storage.writing.submissions import Submission

#: Rows of one transaction that somebody waits for, and its bytes, but for a last submission that goes beyond.
_BATCH_ROWS: Final = 2000
_BATCH_BYTES: Final = 2 * 1024 * 1024
#: And those that nobody waits for. Linking audit rows to one another takes some microseconds each, in one go.
_OFFERED_ROWS: Final = 500


class Queue:
    """Submissions in order of arrival, and batches that have to be written again.

    Whoever takes a batch gives it back with `again`, or says that it is `done`.
    """

    def __init__(self, *, rows: int, row_bytes: int, offered_rows: int) -> None:
        self._most_rows = rows
        self._most_bytes = row_bytes
        self._most_offered = offered_rows
        self._awaited: deque[Submission] = deque()
        self._offered: deque[Submission] = deque()
        self._again: deque[list[Submission]] = deque()
        self._taken: list[Submission] = []
        #: Rows that somebody waits for, those being written included; and their bytes.
        self.rows = 0
        self.bytes = 0

    def __bool__(self) -> bool:
        return bool(self._again or self._awaited or self._offered)

    @property
    def offered_rows(self) -> int:
        """Rows that nobody waits for and that are not being written."""
        return len(self._offered)

    def put(self, submission: Submission) -> None:
        """Add one that somebody waits for. Raises `QueueFull`."""
        if self.rows + len(submission.rows) > self._most_rows or self.bytes + submission.size > self._most_bytes:
            raise QueueFull
        self._awaited.append(submission)
        self.rows += len(submission.rows)
        self.bytes += submission.size

    def offer(self, submission: Submission) -> bool:
        """Add one that nobody waits for, if there is room."""
        if len(self._offered) >= self._most_offered:
            return False
        self._offered.append(submission)
        return True

    def take(self) -> list[Submission]:
        """The next batch; empty when nothing waits."""
        batch = self._again.popleft() if self._again else self._next()
        live = [each for each in batch if not each.is_abandoned()]
        if len(live) < len(batch):
            self.done([each for each in batch if each.is_abandoned()])
        self._taken = live
        return live or (self.take() if self else [])

    def _next(self) -> list[Submission]:
        """Two requests under one key do not share a transaction: the second is to see what the first left."""
        batch: list[Submission] = []
        keys = set[Hashable]()
        for waiting, most in ((self._awaited, _BATCH_ROWS), (self._offered, _OFFERED_ROWS)):
            rows, size = 0, 0
            while waiting and rows < most and size < _BATCH_BYTES and (key := waiting[0].identity()) not in keys:
                if key is not None:
                    keys.add(key)
                batch.append(waiting.popleft())
                rows, size = rows + len(batch[-1].rows), size + batch[-1].size
        return batch

    def again(self, *batches: list[Submission]) -> None:
        """Have batches written before all else, in this order."""
        self._taken = []
        self._again.extendleft(reversed(batches))

    def done(self, batch: Sequence[Submission]) -> None:
        """These do not wait any more."""
        self._taken = []
        awaited = [each for each in batch if each.done is not None]
        self.rows -= sum(len(each.rows) for each in awaited)
        self.bytes -= sum(each.size for each in awaited)

    def is_taken(self, submission: Submission) -> bool:
        """Whether it is being written, or was and nobody knows how that ended. Any other that waits is not stored."""
        return any(each is submission for each in self._taken)

    def give_up(self) -> None:
        """Leave the batch that was taken unwritten, after a fault of ours. Its senders are told when time is up."""
        self.done(self._taken)

    def forget_abandoned(self) -> None:
        """Make room: senders whose time has run out were told so."""
        self.done([each for each in self._awaited if each.is_abandoned()])
        self._awaited = deque(each for each in self._awaited if not each.is_abandoned())

    @property
    def oldest(self) -> float | None:
        """When the longest waiting row came, by the monotonic clock; None when none waits."""
        heads = [queue[0] for queue in (self._awaited, self._offered) if queue] + [batch[0] for batch in self._again]
        return min((each.at for each in heads), default=None)
