"""Locks that the kernel gives back when their holder dies, so that none is ever stale.

Each returns a descriptor that holds the lock; closing it, in every process that inherited it, gives the lock back.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tessella.storage.embedded.errors import LockHeldTooLong

_POLL_SECONDS = 0.02


@contextmanager
def alone(path: Path, *, patience_seconds: float) -> Iterator[int]:
    """Hold the lock alone for the block, or as long as a process lives that was given the descriptor.

    Raises:
        LockHeldTooLong: another process did not give it back in time.
    """
    held = _wait_for(path, fcntl.LOCK_EX, patience_seconds)
    try:
        yield held
    finally:
        os.close(held)


def share(path: Path, *, patience_seconds: float) -> int:
    """Hold the lock together with others until the descriptor is closed; raises `LockHeldTooLong`."""
    return _wait_for(path, fcntl.LOCK_SH, patience_seconds)


def is_held(path: Path) -> bool:
    """Whether someone holds the lock alone at this moment."""
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        return not _take(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def is_shared(path: Path) -> bool:
    """Whether at least one process shares the lock at this moment."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        return not _take(descriptor, fcntl.LOCK_EX) and _take(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _wait_for(path: Path, mode: int, patience_seconds: float) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience_seconds
    while not _take(descriptor, mode):
        if time.monotonic() > deadline:
            os.close(descriptor)
            raise LockHeldTooLong(path, patience_seconds)
        time.sleep(_POLL_SECONDS)
    return descriptor


def _take(descriptor: int, mode: int) -> bool:
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
