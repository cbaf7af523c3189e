"""The disk under the `ingest` benchmark: how long it takes to be certain, and files that a running server has."""

from __future__ import annotations

import os
import tempfile
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.figure import Figure
from benchmarks.timing import p50_us
from tessella.storage.embedded import SUPERUSER

#: As much as a commit of a few rows writes.
_PAGE: Final = bytes(8192)
_WRITES: Final = 200
#: Files of the write-ahead log, 16 MB each: enough for every load of the benchmark.
_FILES: Final = 40


def fdatasync() -> Figure:
    """What a commit waits for at least: one page written over another, and told to be on the disk."""
    with tempfile.NamedTemporaryFile(prefix="tess-", dir="/tmp") as file:
        descriptor = file.fileno()

        def write(offset: int) -> None:
            os.pwrite(descriptor, _PAGE, offset)
            os.fdatasync(descriptor)

        write(0)
        took_us = p50_us(write, [0] * _WRITES, 1)
    return Figure("calibration: 8 kB written and on the disk", took_us / 1000, "ms")


def age(dsn: str) -> None:
    """Give a new server the files that one has after its first checkpoint, and uses again.

    A new one makes each, 16 MB of zeros, while somebody waits for a commit. `dsn` is that of the embedded server.
    """
    with psycopg.connect(make_conninfo(dsn, user=SUPERUSER), autocommit=True) as connection:
        for _ in range(_FILES):
            connection.execute("SELECT pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()")
        connection.execute("CHECKPOINT")
