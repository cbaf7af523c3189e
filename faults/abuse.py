"""The `abuse` scenario: requests that nobody means well, while somebody else asks for decisions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.checker import NONE
from faults.connection import HOST, Connection, Lost
from faults.hostile import BODIES, GZIP_BOMB, REQUESTS
from faults.installation import Installation
from faults.workload import SUBJECTS, question
from tessella.processes import allow_many_files

HALF_OPEN: Final = 500
_STALL_MS: Final = Goal("value", "<=", 50)
_CALM_SECONDS: Final = 2.0
_PAUSE_SECONDS: Final = 0.01
_PATIENCE_SECONDS: Final = 10.0
#: Of each kind of body: what is small, what is large, and what is a batch.
_PATHS: Final = (
    "/api/v1/decide", "/api/v1/decide/batch", "/api/v1/recommend", "/api/v1/events", "/api/v1/facts",
    "/api/v1/segments", "/api/v1/rules/validate", "/api/v1/publish", "/personalization/recommend",
)  # fmt: skip


@dataclass(slots=True)
class Bystander:
    """Asks for decisions all the time, one after another."""

    taken_ms: list[float] = field(default_factory=list)
    asked: int = 0
    errors: int = 0

    async def ask(self, port: int, key: str) -> None:
        """Until it is cancelled."""
        connection = Connection(port, key, patience_seconds=_PATIENCE_SECONDS)
        while True:
            self.asked, began = self.asked + 1, time.perf_counter()
            try:
                answer = await connection.request("POST", "/api/v1/decide", question(self.asked % SUBJECTS))
                self.errors += answer.status != 200
            except Lost:
                self.errors += 1
            self.taken_ms.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(_PAUSE_SECONDS)


@dataclass(slots=True)
class Abused:
    """What came of it."""

    #: The status of every answer; 0 where the connection was closed without one.
    bodies: list[int] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    bystander: Bystander = field(default_factory=Bystander)
    calm_ms: float = 0.0
    while_bodies_ms: float = 0.0
    while_half_open_ms: float = 0.0


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """Some 250 hostile requests and 500 half-open sockets: no fault of ours, and nobody else waits for it."""
    with installed.serving() as server:
        abused = asyncio.run(_abuse(server.port, installed.key))
    statuses = [*abused.bodies, *abused.requests]
    yield Figure("abuse: hostile requests", len(statuses), "", goal=Goal("value", ">=", 200))
    yield Figure(
        "abuse: answered with a fault of ours", sum(each >= 500 and each != 503 for each in statuses), "", goal=NONE
    )
    yield Figure("abuse: taken as good", sum(200 <= each < 300 for each in abused.requests), "")
    yield Figure("abuse: decisions of others", abused.bystander.asked, "")
    yield Figure("abuse: errors of others", abused.bystander.errors, "", goal=NONE)
    yield Figure("abuse: the slowest decision before", abused.calm_ms, "ms")
    # Whoever asks shares a process with whoever sends: `python -m benchmarks hostile_bodies` tells them apart.
    yield Figure("abuse: the slowest while bodies came", abused.while_bodies_ms, "ms")
    name = f"abuse: the slowest while {HALF_OPEN} sockets were half open"
    yield Figure(name, abused.while_half_open_ms, "ms", goal=_STALL_MS)


async def _abuse(port: int, key: str) -> Abused:
    abused = Abused()
    asking = asyncio.create_task(abused.bystander.ask(port, key))
    try:
        await asyncio.sleep(_CALM_SECONDS)
        abused.calm_ms = _slowest(abused.bystander)
        await _send_bodies(abused, port, key)
        for raw in REQUESTS.values():
            abused.requests.append(await _send_raw(port, raw))
        abused.while_bodies_ms = _slowest(abused.bystander)
        await _half_open(port)
        abused.while_half_open_ms = _slowest(abused.bystander)
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
    return abused


def _slowest(bystander: Bystander) -> float:
    """Since it was asked last."""
    slowest = max(bystander.taken_ms)
    bystander.taken_ms = [0.0]
    return slowest


async def _send_bodies(abused: Abused, port: int, key: str) -> None:
    for path in _PATHS:
        for body in (*BODIES.values(), GZIP_BOMB):
            connection = Connection(port, key, patience_seconds=_PATIENCE_SECONDS)
            try:
                abused.bodies.append((await connection.request("POST", path, body)).status)
            except Lost:
                abused.bodies.append(0)
            connection.close()


async def _send_raw(port: int, raw: bytes) -> int:
    """The status of the answer; 0 where there is none."""
    reader, writer = await asyncio.open_connection(HOST, port)
    with suppress(OSError, TimeoutError):
        writer.write(raw)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            line = await reader.readline()
        writer.close()
        return int(line.split()[1]) if line.startswith(b"HTTP/") else 0
    return 0


async def _half_open(port: int) -> None:
    """Sockets that send half a request, until the server gives all of them up."""
    allow_many_files()
    opened = [await asyncio.open_connection(HOST, port) for _ in range(HALF_OPEN)]
    for _, writer in opened:
        writer.write(b"POST /api/v1/decide HTTP/1.1\r\nHost: x\r\nContent-Le")
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await asyncio.gather(*(reader.read() for reader, _ in opened), return_exceptions=True)
    for _, writer in opened:
        writer.close()
