"""The `hostile_bodies` benchmark: how soon a body that is too large is refused, what it costs, and who waits for it."""

from __future__ import annotations

import asyncio
import gzip
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Final

from benchmarks.decide_http import prepare
from benchmarks.figure import Figure, Goal
from benchmarks.hostile_clients import Attack, bystander, half_open, milliseconds
from benchmarks.http_cost import Server, server_of
from benchmarks.processes import peak_mib
from tessella.processes import allow_many_files

_LARGE: Final = b'{"subject_id": "' + b"x" * (10 << 20) + b'"}'
_GZIP: Final = ("Content-Encoding: gzip",)
_BOMB: Final = gzip.compress(b" " * (100 << 20), mtime=0)
ATTACKS: Final = (
    Attack("10 MiB, announced", "/api/v1/decide", _LARGE),
    Attack("10 MiB in chunks", "/api/v1/decide", _LARGE, announced=False),
    Attack("gzip 1000:1 of 100 MiB", "/api/v1/decide", _BOMB, _GZIP),
    Attack("gzip 1000:1 to a route of 16 MiB", "/api/v1/decide/batch", _BOMB, _GZIP),
)
_TIMES: Final = 20
_HALF_OPEN: Final = 500
_HALF_OPEN_SECONDS: Final = 4.0
#: Until what is sent before is forgotten by the server.
_SETTLE_SECONDS: Final = 0.5


def run() -> Iterator[Figure]:
    """Refusals of each sort, the memory that they took, and the longest wait of another client meanwhile."""
    allow_many_files()
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        asyncio.run(prepare(Path(folder) / "home"))
        with server_of(Path(folder) / "home") as victim:
            with bystander(victim.port, victim.key) as alone:
                sleep(_HALF_OPEN_SECONDS)
            yield Figure("hostile_bodies: longest wait of a client that is alone", alone.longest, "ms")
            for attack in ATTACKS:
                yield from _attacked(victim, attack)
            yield from _besieged(victim)


def _attacked(victim: Server, attack: Attack) -> Iterator[Figure]:
    sleep(_SETTLE_SECONDS)
    Path(f"/proc/{victim.pid}/clear_refs").write_text("5")  # the peak begins anew
    before = peak_mib(victim.pid)
    with bystander(victim.port, victim.key) as other:
        taken = [milliseconds(victim.port, victim.key, attack) for _ in range(_TIMES)]
    grown, name = peak_mib(victim.pid) - before, f"hostile_bodies: {attack.name}"
    yield Figure(f"{name}, 413 after, median", statistics.median(taken), "ms", goal=Goal("value", "<=", 50))
    yield Figure(f"{name}, 413 after, longest", max(taken), "ms")
    yield Figure(f"{name}, memory", grown, "MiB", goal=Goal("value", "<=", 12))
    yield Figure(f"{name}, longest wait of another", other.longest, "ms", goal=Goal("value", "<=", 50))
    yield Figure(f"{name}, failures of another", other.failures, "", goal=Goal("value", "<=", 0))


def _besieged(victim: Server) -> Iterator[Figure]:
    with half_open(victim.port, _HALF_OPEN), bystander(victim.port, victim.key) as other:
        sleep(_HALF_OPEN_SECONDS)
    name = f"hostile_bodies: {_HALF_OPEN} half-open connections"
    yield Figure(f"{name}, longest wait of another", other.longest, "ms", goal=Goal("value", "<=", 50))
    yield Figure(f"{name}, failures of another", other.failures, "", goal=Goal("value", "<=", 0))
