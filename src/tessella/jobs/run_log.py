"""The log of a run: the lines that are said while a worker does it, as they go to standard error too."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from tessella.domain.identifiers import Json
from tessella.logs import KEEPER
from tessella.ports.jobs import LOG_MOST_LINES, RunLine

#: Said of the line itself, or of the run that it belongs to; and where in our code an error came up.
_NOT_TOLD: Final = frozenset({"time", "level", "event", "namespace", "job", "run_id", "request_id", "where"})
_MOST_LETTERS: Final = 300


class RunLog:
    """Lines of one turn that are not written yet; the first `LOG_MOST_LINES` while none can be written."""

    def __init__(self) -> None:
        self._waiting: deque[RunLine] = deque()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is said within the block, and in tasks and threads that are begun there."""
        before = KEEPER.set(self._keep)
        try:
            yield
        finally:
            KEEPER.reset(before)

    def waiting(self) -> Sequence[RunLine]:
        """The lines that are to be written."""
        return tuple(self._waiting)

    def written(self, count: int) -> None:
        """Drop the first so many: they are written."""
        for _ in range(count):
            self._waiting.popleft()

    def _keep(self, said: Mapping[str, Any]) -> None:
        if len(self._waiting) < LOG_MOST_LINES:
            details = {name: _told(value) for name, value in said.items() if name not in _NOT_TOLD}
            self._waiting.append(RunLine(said["time"], said["level"], str(said["event"]), details))


def _told(value: object) -> Json:
    """A value as it can be stored: a number, or a short text without what no text in a database holds.

    >>> _told(3), _told("a" + chr(0) + "b")
    (3, 'ab')
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:_MOST_LETTERS].replace("\0", "").encode("utf-8", "replace").decode()
