"""A folder on a file system of its own, small enough to be filled."""

from __future__ import annotations

import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_SIZE: Final = "192m"
_BLOCK: Final = bytes(1 << 16)


class CannotMount(Exception):
    """Only root may mount, and not in every container."""


@contextmanager
def small_disk() -> Iterator[Path]:
    """The folder. Raises `CannotMount`."""
    if os.geteuid() != 0:
        raise CannotMount("only root may mount a file system")
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as name:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0711", "tmpfs", name], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if mounted.returncode:
            raise CannotMount(mounted.stderr.strip())
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """No byte is free on the disk of `folder` while the block is open."""
    filler = folder / "filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        _fill(descriptor)
        yield
    finally:
        os.close(descriptor)
        filler.unlink()


def _fill(descriptor: int) -> None:
    try:
        while True:
            os.write(descriptor, _BLOCK)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
