"""Batches of events over HTTP: a server in a process of its own, this one sends."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

import msgspec

from benchmarks.figure import Figure, Goal
from benchmarks.ingest_load import event
from faults.connection import Connection

ROWS: Final = 1000
BATCHES: Final = 200
_WARM_UP_BATCHES: Final = 10
CONNECTIONS: Final = 4


def measure_batches() -> Iterator[Figure]:
    """Acknowledged rows a second."""
    with _server() as (port, key):
        _send(port, key, [_batch(0, number) for number in range(_WARM_UP_BATCHES)])
        seconds = _send(port, key, [_batch(1, number) for number in range(BATCHES)])
    rate = ROWS * BATCHES / seconds
    name = f"ingest: rows a second over HTTP, batches of {ROWS}, {CONNECTIONS} connections"
    yield Figure(name, rate, "/s", goal=Goal("value", ">=", 8_000))


def _batch(run: int, number: int) -> bytes:
    events = [msgspec.to_builtins(event(run, number * ROWS + row)) for row in range(ROWS)]
    return msgspec.json.encode([{**each, "occurred_at": "2026-01-01T12:00:00Z"} for each in events])


def _send(port: int, key: str, batches: list[bytes]) -> float:
    return asyncio.run(_send_all(port, key, batches))


async def _send_all(port: int, key: str, batches: list[bytes]) -> float:
    waiting = iter(batches)

    async def sender() -> None:
        connection = Connection(port, key)
        for batch in waiting:
            answer = await connection.request("POST", "/api/v1/events", batch)
            if answer.status != 202 or answer.json()["accepted"] != ROWS:
                raise SystemExit(f"a batch was answered {answer.status}: {answer.body[:200]!r}")
        connection.close()

    began = perf_counter()
    await asyncio.gather(*(sender() for _ in range(CONNECTIONS)))
    return perf_counter() - began


@contextmanager
def _server() -> Iterator[tuple[int, str]]:
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as home:
        command = [sys.executable, "-m", "benchmarks.ingest_server", f"{home}/home"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None, "it was asked for"
                told = json.loads(process.stdout.readline())
                yield told["port"], told["key"]
            finally:
                process.terminate()
