"""The `decide_http` benchmark: what a decision costs a server, beside an empty JSON echo route on the same server."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import sleep
from typing import Any, Final

from benchmarks.decide_http_workload import SUBJECTS
from benchmarks.figure import Figure, Goal
from benchmarks.http_load import HOST, Load, Measured

ROUNDS: Final = 5
COUNT: Final = 20_000
CONNECTIONS: Final = 16
#: Of the open-loop run, in which as many requests may be under way as come.
OPEN_CONNECTIONS: Final = 128
OPEN_SECONDS: Final = 10
#: After a run, until the audit of its last decisions is written.
_SETTLE_SECONDS: Final = 0.7
DECIDE, ECHO = "/api/v1/decide", "/echo"


@dataclass(frozen=True, slots=True)
class Cost:
    """One run: processor time of the server, and how it went."""

    cpu_us: float
    per_second: float
    hit_rate: float
    p50_ms: float
    p99_ms: float


def run() -> Iterator[Figure]:
    """Server CPU of a decision against an echo, then latency at half of the measured maximum."""
    with _server() as server:
        cold = server.cost(_decide(server, SUBJECTS, "each"))
        yield Figure("decide_http: CPU of a decision, cold cache", cold.cpu_us, "us")
        server.cost(_decide(server, COUNT, "zipf"))
        rounds = [(server.cost(_echo(server)), server.cost(_decide(server, COUNT, "zipf", i))) for i in range(ROUNDS)]
        echo, ours = (statistics.median(each.cpu_us for each in side) for side in zip(*rounds, strict=True))
        ratio = statistics.median(decide.cpu_us / echo.cpu_us for echo, decide in rounds)
        yield Figure("decide_http: hits of the warm cache", min(decide.hit_rate for _, decide in rounds), "share")
        yield Figure("decide_http: CPU of a decision", ours, "us", "JSON echo", echo)
        yield Figure("decide_http: CPU of a decision, in echoes", ratio, "x", goal=Goal("value", "<=", 1.8))
        maximum = statistics.median(decide.per_second for _, decide in rounds)
        yield Figure("decide_http: decisions a second, one worker, 16 connections", maximum, "/s")
        yield from _open_loop(server, maximum / 2)


def _open_loop(server: Server, rate: float) -> Iterator[Figure]:
    """Both routes at one rate: a server that is not busy wakes up for each request, whatever the route."""
    count = int(rate * OPEN_SECONDS)
    pace = {"count": count, "connections": OPEN_CONNECTIONS, "rate": rate}
    echo = server.cost(replace(_echo(server), **pace))
    ours = server.cost(replace(_decide(server, count, "zipf", ROUNDS), **pace))
    yield Figure(f"decide_http: CPU of a decision at {rate:.0f} a second", ours.cpu_us, "us", "JSON echo", echo.cpu_us)
    yield Figure(f"decide_http: p50 at {rate:.0f} a second, open loop", ours.p50_ms, "ms")
    yield Figure("decide_http: p99 at half of the maximum", ours.p99_ms, "ms", goal=Goal("value", "<=", 10))


def _decide(server: Server, count: int, subjects: str, seed: int = 0) -> Load:
    return Load(server.port, DECIDE, server.key, count, CONNECTIONS, subjects, seed)


def _echo(server: Server) -> Load:
    return Load(server.port, ECHO, server.key, COUNT, CONNECTIONS, "empty")


@dataclass(frozen=True, slots=True)
class Server:
    """The server under load."""

    port: int
    key: str

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
def _server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as home:
        command = [sys.executable, "-m", "benchmarks.decide_http_server", f"{home}/home"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None, "it was asked for"
                yield Server(**json.loads(process.stdout.readline()))
            finally:
                process.terminate()
