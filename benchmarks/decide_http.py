"""The `decide_http` benchmark: what a decision costs a server, beside an empty JSON echo route on the same server."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.decide_http_workload import SUBJECTS, define
from benchmarks.figure import Figure, Goal
from benchmarks.http_cost import COUNT, OPEN_CONNECTIONS, OPEN_SECONDS, ROUNDS, Server, server_of
from benchmarks.http_server import NAMESPACE
from tessella.bootstrap import running
from tessella.domain.identifiers import Role
from tessella.ports import Caller
from tessella.settings import Settings

DECIDE: Final = "/api/v1/decide"


def run() -> Iterator[Figure]:
    """Server CPU of a decision against an echo, then latency at half of the measured maximum."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        asyncio.run(prepare(Path(folder) / "home"))
        with server_of(Path(folder) / "home") as server:
            yield from _measure(server)


async def prepare(home: Path) -> None:
    """Make an installation, and define what is decided by."""
    async with running(Settings(home=home)) as application:
        await application.administration.create_namespace(NAMESPACE)
        async with application.session(Caller(NAMESPACE, Role.ADMIN)) as session:
            await define(session)


def _measure(server: Server) -> Iterator[Figure]:
    cold = server.cost(server.load(DECIDE, SUBJECTS, "each"))
    yield Figure("decide_http: CPU of a decision, cold cache", cold.cpu_us, "us")
    server.cost(server.load(DECIDE, COUNT, "zipf"))
    rounds = [
        (server.cost(server.echo()), server.cost(server.load(DECIDE, COUNT, "zipf", each))) for each in range(ROUNDS)
    ]
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
    echo = server.cost(replace(server.echo(), **pace))
    ours = server.cost(replace(server.load(DECIDE, count, "zipf", ROUNDS), **pace))
    yield Figure(f"decide_http: CPU of a decision at {rate:.0f} a second", ours.cpu_us, "us", "JSON echo", echo.cpu_us)
    yield Figure(f"decide_http: p50 at {rate:.0f} a second, open loop", ours.p50_ms, "ms")
    yield Figure("decide_http: p99 at half of the maximum", ours.p99_ms, "ms", goal=Goal("value", "<=", 10))
