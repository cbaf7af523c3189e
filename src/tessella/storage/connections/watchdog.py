"""Bound the time of work on a connection, also when its link hangs.

A cancelled psycopg call first waits for the server to answer the cancellation, which on a hung link takes ten seconds
and more. Shutting the socket down ends the call at once with an `OperationalError`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg import AsyncConnection

from tessella.processes.links import cut

#: After a pause of the event loop its timers come first. The answer may be there already: so long it has to be read.
_GRACE_SECONDS: Final = 0.05


class _Watchdog:
    """Cuts a connection when its time is up."""

    def __init__(self, connection: AsyncConnection[Any], seconds: float) -> None:
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(max(seconds - _GRACE_SECONDS, 0), self._warn)

    def _warn(self) -> None:
        self._timer = self._loop.call_later(_GRACE_SECONDS, cut, self._connection)

    def cancel(self) -> None:
        self._timer.cancel()


@contextmanager
def bounded(connection: AsyncConnection[Any], seconds: float) -> Iterator[None]:
    """Cut the connection's link if the block takes longer than `seconds`; the connection is broken then."""
    watchdog = _Watchdog(connection, seconds)
    try:
        yield
    finally:
        watchdog.cancel()
