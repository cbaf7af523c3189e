"""The process that runs PostgreSQL as long as anybody uses it. It is started by its path and needs no package.

Whether anybody does is a question to the kernel: every user shares the lock `users`, and a lock ends with its holder,
however that died. The keeper is the postmaster's parent: it starts another one when that ends, and stops it, then
itself, when it can have the lock alone. Where Linux runs, the kernel stops the postmaster if the keeper is killed;
elsewhere the next keeper does.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_POLL_SECONDS = 0.2
#: A postmaster that ends this soon did not start. After so many in a row the keeper gives up.
_SHORT_LIFE_SECONDS = 5.0
_MOST_SHORT_LIVES = 3
_LOG_LIMIT_BYTES = 10_000_000
_PR_SET_PDEATHSIG = 1
#: How PostgreSQL is asked to stop, and for how many seconds before it is asked less kindly: fast, immediate, killed.
_STOPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


class Job(NamedTuple):
    """What to keep running, and under whose eyes. All paths are absolute."""

    command: list[str]
    data: str
    socket_folder: str
    environment: dict[str, str]
    #: The account of the server as (uid, gid); None for our own.
    account: list[int] | None
    log: str
    users: str
    keeper: str
    #: The lock that PostgreSQL's processes hold; its text is the process id of the postmaster that we started last.
    server: str


def main() -> None:
    """Read the job from the command line, take the keeper's lock, and go on in the background."""
    job = Job(**json.loads(sys.argv[1]))
    keeper = _open(job.keeper)
    fcntl.flock(keeper, fcntl.LOCK_EX)
    if os.fork():
        os._exit(0)
    _write_pid(keeper, os.getpid())
    signal.signal(signal.SIGTERM, _leave)
    users = _open(job.users)
    keep_running(job, users)
    with contextlib.suppress(OSError):  # something of a crash may still be in it
        Path(job.socket_folder).rmdir()
    os.close(keeper)  # before the users' lock: whoever gets that one sees that there is no keeper


def keep_running(job: Job, users: int) -> None:
    """Run PostgreSQL until the users have left, starting it again when it ends by itself."""
    short_lives = 0
    while short_lives < _MOST_SHORT_LIVES:
        born = time.monotonic()
        if _run_once(job, users):
            return
        short_lives = short_lives + 1 if time.monotonic() - born < _SHORT_LIFE_SECONDS else 0


def _run_once(job: Job, users: int) -> bool:
    """Run one postmaster; True when the users have left, False when it ended by itself."""
    postmaster = _launch(job)
    try:
        while postmaster.poll() is None:
            if _take(users):
                return True
            _limit_log(job.log)
            time.sleep(_POLL_SECONDS)
    finally:
        _stop(postmaster)
    return False


def _launch(job: Job) -> subprocess.Popen[bytes]:
    lock = _wait_for_predecessors(job)
    _remove_stale_pid_files(job)
    uid, gid = job.account or (None, None)
    postmaster = subprocess.Popen(
        job.command,
        cwd=job.data,
        env=job.environment,
        stdin=subprocess.DEVNULL,
        pass_fds=[lock],
        preexec_fn=_dies_with_keeper(),  # noqa: PLW1509 - the keeper has no threads
        user=uid,
        group=gid,
        extra_groups=None if uid is None else [],
    )
    _write_pid(lock, postmaster.pid)
    os.close(lock)
    return postmaster


def _wait_for_predecessors(job: Job) -> int:
    """Take the server's lock, when the last process of an earlier postmaster has ended."""
    lock = _open(job.server)
    while not _take(lock):
        if job.account is None:  # as root we would signal what another account wrote; there Linux has done it
            _interrupt_orphan(job)
        time.sleep(_POLL_SECONDS)
    return lock


def _interrupt_orphan(job: Job) -> None:
    with contextlib.suppress(ProcessLookupError, ValueError, PermissionError):
        os.kill(int(_first_line(_pid_files(job)[0])), signal.SIGINT)


def _remove_stale_pid_files(job: Job) -> None:
    """PostgreSQL would refuse to start if the number of our dead postmaster now belongs to some other process."""
    started_by_us = _first_line(Path(job.server))
    for path in _pid_files(job):
        if started_by_us and started_by_us == _first_line(path):
            path.unlink()


def _stop(postmaster: subprocess.Popen[bytes]) -> None:
    for number, patience_seconds in _STOPS:
        postmaster.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            postmaster.wait(patience_seconds)
            return


def _dies_with_keeper() -> Callable[[], None] | None:
    """What the postmaster does before it starts, so that the kernel interrupts it when the keeper ends."""
    if sys.platform != "linux":
        return None
    prctl, keeper = ctypes.CDLL(None).prctl, os.getpid()

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != keeper:  # it ended before we asked
            os._exit(1)

    return ask_kernel


def _limit_log(path: str) -> None:
    """Keep two files. PostgreSQL appends to the first, so that one is copied and emptied rather than renamed."""
    if Path(path).stat().st_size > _LOG_LIMIT_BYTES:
        shutil.copyfile(path, path + ".1")
        os.truncate(path, 0)


def _pid_files(job: Job) -> tuple[Path, Path]:
    return Path(job.data, "postmaster.pid"), Path(job.socket_folder, ".s.PGSQL.5432.lock")


def _first_line(path: Path) -> str:
    with contextlib.suppress(FileNotFoundError), path.open() as file:
        return file.readline().strip()
    return ""


def _write_pid(lock: int, pid: int) -> None:
    os.pwrite(lock, f"{pid:<20}\n".encode(), 0)  # always as long, so that no reader finds a half of it


def _open(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _leave(*_: object) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
