"""Files that are whole or not there."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from tessella.domain.errors import DiskFull, QueryFailed

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
#: As DuckDB tells of it.
_FULL_TEXTS: Final = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "failed to offload data block",
)


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes its place when the block ends well. Raises `DiskFull`.

    It does not wait for the disk: what has to survive a crash is synced by whoever keeps it.
    """
    partial = path.with_name(f".{path.name}.{uuid4().hex}.partial")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise (DiskFull(str(path.parent)) if error.errno in _FULL else error) from None
    except QueryFailed as error:
        raise (DiskFull(str(path.parent)) if any(text in error.problem for text in _FULL_TEXTS) else error) from None
    finally:
        partial.unlink(missing_ok=True)
