"""Whether the database answers: while it does not nobody waits for it, and what was waiting ends at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg import AsyncConnection

from tessella.logs import get_logger
from tessella.processes.links import cut
from tessella.storage.connections.watchdog import bounded
from tessella.storage.errors import DatabaseAway

_LOG: Final = get_logger(__name__)


class Presence:
    """A circuit breaker. The pulse opens and closes it; everybody else asks it, and may have their doubts."""

    def __init__(self) -> None:
        #: Whether the database answered when it was last asked.
        self.is_up = True
        #: Why it is away; empty while it is there.
        self.reason = ""
        #: Somebody lost a connection: the pulse asks at once.
        self.doubted = asyncio.Event()
        self._busy: set[AsyncConnection[Any]] = set()

    def refuse_while_away(self) -> None:
        """Raises `DatabaseAway` without waiting."""
        if not self.is_up:
            raise DatabaseAway(self.reason)

    @contextmanager
    def guarded(self, connection: AsyncConnection[Any], seconds: float) -> Iterator[None]:
        """Cut the link if the block takes longer than `seconds`, or when the database is found to be away."""
        self._busy.add(connection)
        try:
            with bounded(connection, seconds):
                yield
        finally:
            self._busy.discard(connection)

    def went_away(self, reason: str) -> None:
        """The database does not answer. Whatever waits for it ends now."""
        if self.is_up:
            _LOG.warning("database_away", reason=reason)
        self.is_up, self.reason = False, reason
        for connection in self._busy:
            cut(connection)

    def came_back(self) -> None:
        """The database answers."""
        if not self.is_up:
            _LOG.warning("database_back")
        self.is_up, self.reason = True, ""
