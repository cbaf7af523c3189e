"""What the tests of the embedded server share: short homes, other processes that use the server, and waiting."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tessella.storage.embedded.layout import Layout
from tessella.storage.embedded.locks import is_held

USE_THE_SERVER = """
import sys
from pathlib import Path
from tessella.storage.embedded import start
with start(Path(sys.argv[1])) as server:
    print(server.dsn(), flush=True)
    sys.stdin.read()
"""


@contextmanager
def temporary_home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="tess-"))
    try:
        yield folder / "home"
    finally:
        shutil.rmtree(folder)


class User:
    """Another process that uses the server of a home until it is told to leave or is killed."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE_THE_SERVER, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def dsn(self) -> str:
        return self.process.stdout.readline().strip()

    def leave(self) -> int:
        self.process.communicate()
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def user_of(home: Path) -> Iterator[User]:
    user = User(home)
    try:
        yield user
    finally:
        user.kill()
        until(lambda: not any_process_left(home), "the server ended with its users")


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, f"in vain waited until {what}"
        time.sleep(0.02)


def any_process_left(home: Path) -> bool:
    """Whether a keeper or any process of PostgreSQL runs, as the kernel knows by their locks."""
    layout = Layout.of(home)
    return is_held(layout.keeper_lock) or is_held(layout.server_lock)


def postmaster_of(home: Path) -> int:
    return int((Layout.of(home).data / "postmaster.pid").read_text().splitlines()[0])


def keeper_of(home: Path) -> int:
    return int(Layout.of(home).keeper_lock.read_text())


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")


def answer_as(account: str, question: Callable[[], str]) -> str:
    """What `question` answers in a process of `account`."""
    entry = pwd.getpwnam(account)
    return answer_as_uid(entry.pw_uid, entry.pw_gid, question)


def answer_as_uid(uid: int, gid: int, question: Callable[[], str]) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        os.write(writing, question().encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        return answer.read()


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
