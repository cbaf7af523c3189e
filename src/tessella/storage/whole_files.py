"""Private files that are whole or not there, also after a crash."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, which is on the disk and in place of the one before when the block ends well.

    When it fails, all is as before. Raises `OSError`.
    """
    with _aside(path) as file:
        yield file
        reach_disk(file)
        Path(file.name).replace(path)
    reach_folder(path.parent)


def write_first(path: Path, content: bytes) -> None:
    """Write a file. Where another process was first, its file stays."""
    with _aside(path) as file:
        file.write(content)
        reach_disk(file)
        with suppress(FileExistsError):
            os.link(file.name, path)
    reach_folder(path.parent)


def link_or_copy(source: Path, target: Path) -> None:
    """Have a file that is never changed under another name too. Raises `OSError`."""
    try:
        os.link(source, target)
    except OSError:  # a file system without links, or another one
        shutil.copyfile(source, target)


@contextmanager
def _aside(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` for its owner only, gone after the block unless it was renamed."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def reach_disk(file: IO[bytes]) -> None:
    """Wait until what was written is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def reach_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk: else a new one may be lost."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
