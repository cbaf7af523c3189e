"""The `experiments_overhead` benchmark: what segments add to an allocation over HTTP; new users, and known ones."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.experiments_segments import MODES, VISITS, clusters_found, experiment_of
from benchmarks.figure import Figure
from benchmarks.http_cost import Cost, Server, server_of
from benchmarks.http_load import Load
from benchmarks.http_server import NAMESPACE
from tessella import usecases
from tessella.bootstrap import running
from tessella.domain.identifiers import Role
from tessella.ports import Caller
from tessella.settings import Settings

_ROUNDS: Final = 3
_COUNT: Final = 4_000
#: More than one process writes at once: a new user is answered once it is stored.
_CONNECTIONS: Final = 32


def run() -> Iterator[Figure]:
    """Server CPU and latency of an allocation over HTTP without segments, by dimensions and by clusters."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        asyncio.run(_prepare(Path(folder) / "home"))
        with server_of(Path(folder) / "home") as server:
            rounds = [{mode: _both(server, mode, number) for mode in MODES} for number in range(_ROUNDS)]
    for place, users in enumerate(("a new user", "a known user")):
        costs = {mode: [each[mode][place] for each in rounds] for mode in MODES}
        yield from _figures(users, costs)


async def _prepare(home: Path) -> None:
    async with running(Settings(home=home)) as application:
        await application.administration.create_namespace(NAMESPACE)
        async with application.session(Caller(NAMESPACE, Role.ADMIN)) as session:
            for mode, segmentation in MODES.items():
                await usecases.publish_changes(session, [experiment_of(mode, segmentation)])
            await session.store_clusters(clusters_found())


def _both(server: Server, mode: str, number: int) -> tuple[Cost, Cost]:
    """The same users twice: the second time they are in memory."""
    load = _load(server, mode, number)
    return server.cost(load), server.cost(load)


def _load(server: Server, mode: str, number: int) -> Load:
    body = {"user_identifier": "user-NUMBER", "context": VISITS[number % len(VISITS)], "channel": "web"}
    load = server.load(f"/api/v1/experiments/{mode}/allocate", _COUNT, "content", number)
    return replace(load, content=json.dumps(body), connections=_CONNECTIONS)


def _figures(users: str, costs: dict[str, list[Cost]]) -> Iterator[Figure]:
    for mode, each in costs.items():
        name = f"experiments over HTTP: {users}, segments {mode}"
        yield Figure(f"{name}, server CPU", median(cost.cpu_us for cost in each), "us")
        yield Figure(f"{name}, p50", median(cost.p50_ms for cost in each), "ms")
        yield Figure(f"{name}, p99", median(cost.p99_ms for cost in each), "ms")
    for mode in ("manual", "auto"):
        pairs = zip(costs[mode], costs["none"], strict=True)
        added = median(ours.cpu_us - plain.cpu_us for ours, plain in pairs)
        yield Figure(f"experiments over HTTP: {users}, CPU that {mode} segments add", added, "us")
