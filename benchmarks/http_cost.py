"""What requests cost a server that is a process of its own: processor time, and how long answers take."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any, Final

from benchmarks.http_load import HOST, Load, Measured

ROUNDS: Final = 5
COUNT: Final = 20_000
CONNECTIONS: Final = 16
#: Of the open-loop run, in which as many requests may be under way as come.
OPEN_CONNECTIONS: Final = 128
OPEN_SECONDS: Final = 10
#: After a run, until the audit of its last decisions is written.
_SETTLE_SECONDS: Final = 0.7
_ECHO: Final = "/echo"


@dataclass(frozen=True, slots=True)
class Cost:
    """One run: processor time of the server, and how it went."""

    cpu_us: float
    per_second: float
    hit_rate: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Server:
    """The server under load."""

    pid: int
    port: int
    key: str

    def load(self, path: str, count: int, subjects: str, seed: int = 0) -> Load:
        """Requests about subjects, on few connections that each wait for their answer."""
        return Load(self.port, path, self.key, count, CONNECTIONS, subjects, seed)

    def echo(self) -> Load:
        """Requests that an empty JSON route gives back."""
        return self.load(_ECHO, COUNT, "empty")

    def cost(self, load: Load) -> Cost:
        """Run a load and see what it took, all that it left to be written included."""
        cpu, hits, misses, dropped = self._usage()
        measured = self.measure(load)
        sleep(_SETTLE_SECONDS)
        cpu_after, hits_after, misses_after, dropped_after = self._usage()
        if dropped_after > dropped:
            raise SystemExit(f"{dropped_after - dropped} decisions were not recorded: this would not measure all work")
        asked = hits_after - hits + misses_after - misses
        hit_rate = (hits_after - hits) / asked if asked else 1.0
        cpu_us, per_second = (cpu_after - cpu) / load.count * 1e6, load.count / measured.seconds
        return Cost(cpu_us, per_second, hit_rate, measured.p50_ms, measured.p99_ms)

    def measure(self, load: Load) -> Measured:
        """Run a load in a process of its own."""
        command = [sys.executable, "-m", "benchmarks.http_load"]
        ran = subprocess.run(command, input=load.to_json(), capture_output=True, text=True, check=True)
        measured = Measured(**json.loads(ran.stdout))
        if measured.failures:
            raise SystemExit(f"{measured.failures} of {load.count} requests to {load.path} failed")
        return measured

    def _usage(self) -> list[Any]:
        with urllib.request.urlopen(f"http://{HOST}:{self.port}/usage", timeout=10) as response:
            found: list[Any] = json.load(response)
            return found


@contextmanager
def server_of(home: Path) -> Iterator[Server]:
    """A server of an installation, ended with the block."""
    command = [sys.executable, "-m", "benchmarks.http_server", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None, "it was asked for"
            yield Server(process.pid, **json.loads(process.stdout.readline()))
        finally:
            process.terminate()
