"""A PostgreSQL of its own, which can be killed, frozen and started again."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from tessella.storage.embedded.accounts import Account, environment, give_to, is_root, run_as, server_account
from tessella.storage.embedded.binaries import programs_for
from tessella.storage.embedded.roles import APP, SUPERUSER

_PATIENCE_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.01
_ORPHANS_SECONDS: Final = 5.0
_INITDB: Final = (f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C", "--auth=trust", "--no-instructions")
#: When a transaction was committed is for the `publish` benchmark.
_SETTINGS: Final = (
    "listen_addresses=", "shared_buffers=128MB", "max_wal_size=2GB", "timezone=UTC", "jit=off",
    "track_commit_timestamp=on",
)  # fmt: skip


class Cluster:
    """One cluster in `folder`, reached over a socket in a private folder beside it."""

    def __init__(self, folder: Path) -> None:
        self._data, self._socket, self._log = folder / "data", folder / "socket", folder / "postgres.log"
        self._account = server_account(self._data)
        self._programs = programs_for(self._account)
        self._postmaster: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make an empty cluster with a database for Tessella."""
        for path in (self._data, self._socket):
            path.mkdir(mode=0o700, exist_ok=True)
            give_to(self._account, path)
        made = run_as(self._account, [str(self._programs / "initdb"), "-D", ".", *_INITDB], folder=self._data)
        if made.returncode:
            raise SystemExit(made.stderr)
        self.start()
        with self.connect("postgres") as connection:
            connection.execute("CREATE DATABASE tessella")

    def dsn(self, database: str = "tessella", user: str = SUPERUSER) -> str:
        """Where it is."""
        return make_conninfo(host=str(self._socket), dbname=database, user=user)

    def connect(self, database: str = "tessella") -> psycopg.Connection[Any]:
        """A connection of the superuser, each statement by itself."""
        return psycopg.connect(self.dsn(database), autocommit=True, connect_timeout=2)

    def start(self) -> None:
        """Start it, and return when it accepts connections."""
        self.begin_to_start()
        self.wait_until_it_accepts()

    def begin_to_start(self) -> None:
        """Start the postmaster."""
        command = [str(self._programs / "postgres"), "-D", ".", "-k", str(self._socket), *_options()]
        with self._log.open("ab") as log:
            self._postmaster = subprocess.Popen(
                command, cwd=self._data, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                **_identity(self._account),
            )  # fmt: skip

    def wait_until_it_accepts(self) -> None:
        """Return at the first connection that it lets in."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self.connect("postgres").close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_POLL_SECONDS)

    def kill_backends(self) -> None:
        """Kill every process that serves the application. PostgreSQL ends the others and recovers by itself."""
        for process in self._children():
            if _serves_application(process):
                _signal(process, signal.SIGKILL)

    def kill(self) -> None:
        """Kill the postmaster and stay down. Its processes notice and end, or are killed too."""
        assert self._postmaster is not None, "it was started"
        children = self._children()
        self._postmaster.kill()
        self._postmaster.wait()
        deadline = time.monotonic() + _ORPHANS_SECONDS
        while left := [each for each in children if _lives(each)]:
            if time.monotonic() > deadline:
                for orphan in left:
                    _signal(orphan, signal.SIGKILL)
            time.sleep(_POLL_SECONDS)

    def freeze(self) -> None:
        """Stop every process where it stands: connections stay open, and nobody answers."""
        for process in self._processes():
            _signal(process, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        for process in self._processes():
            _signal(process, signal.SIGCONT)

    def stop(self) -> None:
        """End it. Harmless when it is down."""
        if self._postmaster is None or self._postmaster.poll() is not None:
            return
        self.thaw()
        self._postmaster.send_signal(signal.SIGINT)
        try:
            self._postmaster.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _processes(self) -> list[psutil.Process]:
        assert self._postmaster is not None, "it was started"
        return [psutil.Process(self._postmaster.pid), *self._children()]

    def _children(self) -> list[psutil.Process]:
        assert self._postmaster is not None, "it was started"
        found: list[psutil.Process] = psutil.Process(self._postmaster.pid).children(recursive=True)
        return found


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A new cluster that runs, and ends with the block."""
    made = Cluster(folder)
    try:
        made.make()
        yield made
    finally:
        made.stop()


def _options() -> Iterator[str]:
    for setting in _SETTINGS:
        yield from ("-c", setting)


def _identity(account: Account) -> dict[str, Any]:
    """As whom to run: PostgreSQL refuses root."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if is_root() else {}


def _serves_application(process: psutil.Process) -> bool:
    try:
        return any(APP in part for part in process.cmdline())
    except psutil.NoSuchProcess:
        return False


def _lives(process: psutil.Process) -> bool:
    """A process that has ended stays a zombie where nobody asks for its status."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:  # it ended by itself meanwhile
        return
