"""The owner's side of a DuckDB worker."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from tessella.domain.errors import QueryFailed, QueryTimedOut, WorkerLost
from tessella.warehouse.duckdb_process.wire import (
    REPLY,
    Cell,
    Columns,
    Failure,
    Parameters,
    Query,
    Row,
    body_of_frame,
    frame,
)


class DuckDBWorker:
    """One DuckDB in a process of its own: in memory, over CSV and Parquet.

    `memory_limit` as DuckDB writes it ("2GB"): the process takes up to 0.2 GB more. `threads` from 1; `timeout_seconds`
    for one statement. Extensions are neither installed nor loaded by themselves: that would download. The process
    starts with the first statement. A statement that outlives the timeout, or a worker that dies, raises; the next
    statement starts a fresh worker, whose tables have to be loaded again. Calls from several threads wait for one
    another. Files of the URL schemes in `schemes` are opened by fsspec, whose drivers find credentials in the
    environment in their own ways. `niceness`, 0 to 19, is how far the process stands back behind this one.
    `optimizers_off` are names of DuckDB's optimizers.
    """

    def __init__(
        self,
        memory_limit: str = "1.8GB",
        threads: int = 2,
        timeout_seconds: float = 600.0,
        schemes: Sequence[str] = (),
        niceness: int = 0,
        optimizers_off: Sequence[str] = (),
    ) -> None:
        self._limits = {"memory_limit": memory_limit, "threads": threads}
        self._optimizers_off = ",".join(optimizers_off)
        self._schemes = list(schemes)
        self._niceness = niceness
        self._timeout_seconds = timeout_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._spill = tempfile.TemporaryDirectory(prefix="tessella-duckdb-")
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while there is none."""
        return self._process.pid if self._process else None

    def query(self, sql: str, parameters: Sequence[Cell] | Mapping[str, Cell] = ()) -> list[Row]:
        """The rows of one statement, with `?` or `$name` parameters.

        Cells are None, bool, int, float, str, aware datetimes in UTC, and lists of these; DECIMAL comes as float and
        DATE as its midnight. Raises `QueryFailed`, `QueryTimedOut` or `WorkerLost`.
        """
        asked: Parameters = dict(parameters) if isinstance(parameters, Mapping) else list(parameters)
        with self._lock:
            return self._ask(Query(sql, asked))

    def execute(self, sql: str, parameters: Sequence[Cell] | Mapping[str, Cell] = ()) -> None:
        """Run one statement for its effect. Raises as `query` does."""
        self.query(sql, parameters)

    def columns(self, sql: str, folder: Path) -> list[Row]:
        """Write the columns of a result as files of `folder`: what `columns.read` takes. Raises as `query` does."""
        with self._lock:
            return self._ask(Columns(sql, str(folder)))

    def renew(self) -> None:
        """Let go of a process that has ended by itself. Nothing was asked of it, so nothing but its tables is lost."""
        with self._lock:
            if self._process is not None and self._process.poll() is not None:
                self._end()

    def rest(self) -> None:
        """End the process, once it has answered. The next statement starts another."""
        with self._lock:
            self._end()

    def close(self) -> None:
        """End the worker and remove what it spilled. A statement that runs in it raises `WorkerLost`."""
        if (process := self._process) is not None:
            process.kill()
        with self._lock:
            self._end()
        self._spill.cleanup()

    def _ask(self, query: Query | Columns) -> list[Row]:
        process = self._process or self._start()
        deadline = time.monotonic() + self._timeout_seconds
        try:
            send(process, frame(query))
            reply = REPLY.decode(body_of_frame(self._reader(process, deadline)))
        except (BrokenPipeError, EOFError):
            raise WorkerLost("DuckDB", self._end()) from None
        if isinstance(reply, Failure):
            raise QueryFailed("DuckDB", reply.problem)
        return reply.rows

    def _start(self) -> subprocess.Popen[bytes]:
        settings = self._limits | {
            "temp_directory": self._spill.name,
            "disabled_optimizers": self._optimizers_off,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        command = [
            sys.executable,
            "-P",
            "-m",
            "tessella.warehouse.duckdb_process",
            json.dumps(settings),
            *self._schemes,
        ]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        os.setpriority(os.PRIO_PROCESS, self._process.pid, os.getpriority(os.PRIO_PROCESS, 0) + self._niceness)
        return self._process

    def _end(self) -> int:
        """Kill the worker if it lives; its exit status."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        with process:
            return process.wait()

    def _reader(self, process: subprocess.Popen[bytes], deadline: float) -> Callable[[int], bytes]:
        def read(size: int) -> bytes:
            data = bytearray()
            while len(data) < size:
                data += self._some(process, size - len(data), deadline)
            return bytes(data)

        return read

    def _some(self, process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert process.stdout is not None, "it was started with a pipe"
        pipe = process.stdout.fileno()
        if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            self._end()
            raise QueryTimedOut("DuckDB", self._timeout_seconds)
        if not (data := os.read(pipe, min(size, 1 << 20))):
            raise EOFError
        return data


def send(process: subprocess.Popen[bytes], data: bytes) -> None:
    """Write all of `data` to the worker, whose reading thread always takes it."""
    assert process.stdin is not None, "it was started with a pipe"
    remaining = memoryview(data)
    while remaining:
        remaining = remaining[process.stdin.write(remaining) :]


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
