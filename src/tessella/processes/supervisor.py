"""Keep children running until a signal asks to end; then have them finish their work."""

from __future__ import annotations

import selectors
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from tessella.domain.errors import TessellaError
from tessella.logs import get_logger
from tessella.processes.child import Child, ChildSpec
from tessella.processes.signals import caught

#: What the children are sent at the first, second and third signal: finish, cut off what is being answered, end.
_ASKED: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGKILL)
#: How long they have to finish: 10 s to answer, the rest to write what waits.
_PATIENCE_SECONDS: Final = 20.0
#: An essential child that failed so often in a row before any of them was ready will not start by itself.
_MOST_FAILURES: Final = 3
_LOG: Final = get_logger(__name__)


@dataclass(eq=False)
class ChildrenDoNotStart(TessellaError):
    """The process {name} does not start: {reason}."""

    name: str
    reason: str


class Supervisor:
    """Children, for the time of a `with`. They start with it; `run` sees to them, and starts those that begin later."""

    def __init__(self, specs: Sequence[ChildSpec]) -> None:
        self._children = [Child(spec) for spec in specs]
        self._was_ready = False
        #: How many signals have asked to end, and when the patience with those who have not is over.
        self._asked = 0
        self._deadline: float | None = None

    def __enter__(self) -> Self:
        self._start_due()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Have the children end that still run."""
        while any(child.link() for child in self._children):
            if self._asked == 0:
                self._end_harder()
            self._wait(None)
            self._end_late()

    def run(self, when_ready: Callable[[], None]) -> None:
        """Start children again as they end, until SIGTERM or SIGINT has come and all of them have ended.

        `when_ready` is called once, when an essential child is ready. Raises `ChildrenDoNotStart`.
        """
        with caught([signal.SIGTERM, signal.SIGINT]) as signals:
            while self._asked == 0 or any(child.link() for child in self._children):
                self._wait(signals)
                self._announce(when_ready)
                self._start_due()
                self._end_late()

    def _wait(self, signals: socket.socket | None) -> None:
        """Until a child says something or ends, a signal comes, or something is due."""
        with selectors.DefaultSelector() as selector:
            if signals is not None:
                selector.register(signals, selectors.EVENT_READ)
            for child in self._children:
                if (link := child.link()) is not None:
                    selector.register(link, selectors.EVENT_READ, child)
            for key, _ in selector.select(self._seconds_until_due()):
                if key.data is None:
                    self._hear_signals(signals)
                else:
                    self._hear(key.data)

    def _seconds_until_due(self) -> float | None:
        due = [child.due_at for child in self._children if child.due_at is not None and self._asked == 0]
        due += [self._deadline] if self._deadline is not None else []
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _hear(self, child: Child) -> None:
        child.listen()
        if child.link() is None and self._asked == 0:
            if child.spec.essential and not self._was_ready and child.failures >= _MOST_FAILURES:
                raise ChildrenDoNotStart(child.spec.name, child.reason.rstrip("."))
            _LOG.warning("process_ended", process=child.spec.name, reason=child.reason, failures=child.failures)

    def _announce(self, when_ready: Callable[[], None]) -> None:
        if not self._was_ready and any(child.is_ready and child.spec.essential for child in self._children):
            self._was_ready = True
            when_ready()

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if self._asked == 0 and child.due_at is not None and child.due_at <= now:
                child.start()

    def _hear_signals(self, signals: socket.socket | None) -> None:
        assert signals is not None, "it was read"
        for _ in signals.recv(64):
            self._end_harder()

    def _end_harder(self) -> None:
        """Ask the children to end, each time less kindly."""
        number = _ASKED[min(self._asked, len(_ASKED) - 1)]
        self._asked += 1
        self._deadline = time.monotonic() + _PATIENCE_SECONDS
        for child in self._children:
            child.signal(number)

    def _end_late(self) -> None:
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._end_harder()
