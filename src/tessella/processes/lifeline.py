"""A child's line to its supervisor. The kernel closes it when the supervisor ends, so no child is left behind."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from tessella.domain.errors import TessellaError

READY: Final = b"ready\n"
#: A child that has not ended so long after its supervisor is cut off.
_PATIENCE_SECONDS: Final = 20.0


class Lifeline:
    """The child's end. From here on the process gets SIGTERM when its supervisor has ended."""

    def __init__(self, descriptor: int) -> None:
        self._link = socket.socket(fileno=descriptor)
        self._link.set_inheritable(False)
        threading.Thread(target=self._watch, name="lifeline", daemon=True).start()

    def ready(self) -> None:
        """Tell the supervisor that the child does its work."""
        self._send(READY)

    @contextmanager
    def working(self, held: Iterable[int]) -> Iterator[None]:
        """The child's work. What keeps the child from it is for the supervisor to say; the process ends with status 1.

        `held` are the descriptors that the child keeps open to its end: programs that it starts get nothing of them.
        """
        for descriptor in held:
            os.set_inheritable(descriptor, False)
        try:
            yield
        except TessellaError as error:
            self._send(" ".join(map(_sentence, error.faults())).encode())
            sys.exit(1)

    def _send(self, message: bytes) -> None:
        with suppress(OSError):  # the supervisor has ended: the watch sees to the rest
            self._link.sendall(message)

    def _watch(self) -> None:
        with suppress(OSError):  # its end, with something of ours unread
            self._link.recv(1)  # it never sends: this returns at its end
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_PATIENCE_SECONDS)
        os._exit(1)


def _sentence(fault: TessellaError) -> str:
    where = f"{fault.pointer}: " if fault.pointer else ""
    return f"{where}{fault.message} {fault.hint()}".strip()
