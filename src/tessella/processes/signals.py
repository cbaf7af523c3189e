"""Signals as something to read, so that one wait serves for them and for everything else."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def caught(numbers: Sequence[signal.Signals]) -> Iterator[socket.socket]:
    """A socket with one byte for each signal that came: its number. For the main thread."""
    reading, writing = socket.socketpair()
    with reading, writing:
        reading.setblocking(False)
        writing.setblocking(False)
        before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        handlers = {number: signal.signal(number, _do_nothing) for number in numbers}
        try:
            yield reading
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)


def _do_nothing(*_: object) -> None:
    """The byte in the socket is all that is wanted."""
