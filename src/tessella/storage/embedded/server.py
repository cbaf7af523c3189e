"""Use the embedded server: start it or join it, and leave it."""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path
from types import TracebackType

import psycopg

from tessella.storage.embedded.accounts import server_account
from tessella.storage.embedded.binaries import programs_for
from tessella.storage.embedded.cluster import initialise, is_initialised
from tessella.storage.embedded.errors import ClusterMissing, EmbeddedServerError, LockHeldTooLong
from tessella.storage.embedded.folder import claim
from tessella.storage.embedded.launching import Installation, ensure_running
from tessella.storage.embedded.layout import Layout
from tessella.storage.embedded.locks import alone, is_held, is_shared, share
from tessella.storage.embedded.roles import APP, DATABASE

_LOG = logging.getLogger(__name__)
_PATIENCE_SECONDS = 120.0
_WATCH_SECONDS = 0.5
_POLL_SECONDS = 0.02


class Server:
    """One use of the running server. It stays up until every use is closed or its process has ended.

    While this is open, a thread starts the keeper again if somebody kills it.
    """

    def __init__(self, installation: Installation, users: int) -> None:
        self._installation = installation
        self._users: int | None = users
        self._closed = threading.Event()
        threading.Thread(target=self._watch, name="embedded-postgres", daemon=True).start()

    def dsn(self, role: str = APP) -> str:
        """The libpq connection string of `tessella_app`, or of the superuser `postgres` for migrations."""
        return self._installation.dsn(database=DATABASE, role=role)

    def descriptor(self) -> int:
        """What keeps the server up while any process has it open: for child processes to inherit, not to close."""
        assert self._users is not None, "the server is in use"
        return self._users

    def close(self) -> None:
        """Leave the server; when nobody else uses it, return after it has stopped. Closing twice is harmless."""
        self._closed.set()
        users, self._users = self._users, None
        if users is None:
            return
        os.close(users)
        _wait_until_stopped_or_shared(self._installation.layout)

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _watch(self) -> None:
        layout = self._installation.layout
        while not self._closed.wait(_WATCH_SECONDS):
            if is_held(layout.keeper_lock):
                continue
            try:
                with alone(layout.start_lock, patience_seconds=_PATIENCE_SECONDS):
                    ensure_running(self._installation)
            except (EmbeddedServerError, OSError, psycopg.Error) as error:
                _LOG.warning("The embedded PostgreSQL is away and could not be started again: %s", error)


def _wait_until_stopped_or_shared(layout: Layout) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while is_held(layout.keeper_lock) and not is_shared(layout.users_lock):
        if time.monotonic() > deadline:
            raise LockHeldTooLong(layout.keeper_lock, _PATIENCE_SECONDS)
        time.sleep(_POLL_SECONDS)


def dsn_of(home: Path) -> str:
    """The connection string of `tessella_app` to the server of `home`, while it runs. Raises `EmbeddedServerError`."""
    layout = Layout.of(home)
    account = server_account(layout.data)
    return Installation(layout, programs_for(account), account).dsn(database=DATABASE, role=APP)


def start(home: Path) -> Server:
    """Start the embedded server of `home`, or join the one that runs, making the cluster first where there is none.

    Raises:
        EmbeddedServerError: one sentence on why it cannot run and what to do about it.
    """
    layout = Layout.of(home)
    claim(layout)
    account = server_account(layout.data)
    installation = Installation(layout, programs_for(account), account)
    with alone(layout.start_lock, patience_seconds=_PATIENCE_SECONDS) as start_lock:
        if not is_initialised(layout):
            initialise(layout, installation.programs, account, start_lock=start_lock)
        users = share(layout.users_lock, patience_seconds=_PATIENCE_SECONDS)
        try:
            ensure_running(installation)
        except BaseException:
            os.close(users)
            raise
    return Server(installation, users)


def start_again(home: Path) -> Server:
    """The same for an installation that was in use: a cluster that is not there is not replaced by an empty one.

    Raises `EmbeddedServerError`.
    """
    layout = Layout.of(home)
    if not is_initialised(layout):
        raise ClusterMissing(layout.data)
    return start(home)
