"""Connections to other processes."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import Protocol


class Link(Protocol):
    """A connection over a socket, such as psycopg's."""

    @property
    def closed(self) -> bool:
        """Whether it has been left already."""
        ...

    def fileno(self) -> int:
        """The descriptor of its socket."""
        ...


def cut(link: Link) -> None:
    """Shut a link down: whoever waits for an answer on it gets an error at once."""
    if link.closed:
        return
    with socket.socket(fileno=os.dup(link.fileno())) as other, suppress(OSError):  # it may be down already
        other.shutdown(socket.SHUT_RDWR)
