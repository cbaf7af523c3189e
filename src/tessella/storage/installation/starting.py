"""The embedded server of a process that can do without it for a while: it is started beside, again and again."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psycopg

from tessella.domain.errors import TessellaError
from tessella.logs import get_logger
from tessella.storage.embedded import SUPERUSER, Server, start_again
from tessella.storage.migrations import upgrade_outdated

_PAUSE_SECONDS: Final = 2.0
_LOG: Final = get_logger(__name__)


class Starting:
    """Starts the server and brings it up to date, in a thread that tries until it has succeeded or is closed."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._closing = threading.Event()
        self._tried = threading.Event()
        self._server: Server | None = None
        self._thread = threading.Thread(target=self._run, name="starting", daemon=True)

    def server(self, patience_seconds: float | None) -> Server | None:
        """The server; None if it does not run after so long, or after the first attempt."""
        self._tried.wait(patience_seconds)
        return self._server

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._thread.join()
        if self._server is not None:
            self._server.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._server = up_to_date(start_again(self._home))
            except (TessellaError, psycopg.Error, OSError) as error:
                _LOG.warning("embedded_database_not_started", reason=str(error))
            self._tried.set()
            if self._server is not None:
                return
            self._closing.wait(_PAUSE_SECONDS)


def up_to_date(server: Server) -> Server:
    """The server, with the schema of this Tessella; closed when that fails. Raises `TessellaError`, `psycopg.Error`."""
    try:
        upgrade_outdated(server.dsn(SUPERUSER))
    except BaseException:
        server.close()
        raise
    return server
