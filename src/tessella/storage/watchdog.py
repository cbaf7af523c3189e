"""Bound the time of work on a connection, also when its link hangs.

A cancelled psycopg call first waits for the server to answer the cancellation, which on a hung link takes ten seconds
and more. Shutting the socket down ends the call at once with an `OperationalError`.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from psycopg import AsyncConnection


@contextmanager
def bounded(connection: AsyncConnection[Any], seconds: float) -> Iterator[None]:
    """Cut the connection's link if the block takes longer than `seconds`; the connection is broken then."""
    timer = asyncio.get_running_loop().call_later(seconds, _cut, connection)
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: AsyncConnection[Any]) -> None:
    if connection.closed:
        return
    with socket.socket(fileno=os.dup(connection.fileno())) as link, suppress(OSError):  # it may be down already
        link.shutdown(socket.SHUT_RDWR)
