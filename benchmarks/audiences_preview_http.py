"""Previews over HTTP, and decisions of the same server while previews run one after another."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from threading import Event
from time import perf_counter
from typing import Any, Final

from benchmarks.figure import Figure, Goal
from benchmarks.http_cost import OPEN_CONNECTIONS, OPEN_SECONDS, Server
from benchmarks.http_load import HOST, Load, Measured

DECIDE: Final = "/api/v1/decide"
#: Decisions a second while previews run: the rest of two cores is left to the previews, the client and PostgreSQL.
PER_SECOND: Final = 1_000
ROUNDS: Final = 3
RUNS: Final = 7


def over_http(server: Server, key: str, rule: Any) -> Iterator[Figure]:
    """A preview as the editor asks for it, then the p99 of decisions without and with previews."""
    previews = Previews(server.port, key, rule)
    previews.ask()
    taken = statistics.median(previews.ask() for _ in range(RUNS))
    yield Figure("audiences_preview: a preview over HTTP", taken, "s", goal=Goal("value", "<=", 2))
    count = PER_SECOND * OPEN_SECONDS
    server.measure(_load(server, count, seed=0))
    before, meanwhile, asked = [], [], 0
    for seed in range(1, ROUNDS + 1):
        before.append(server.measure(_load(server, count, seed)))
        with previews.running() as times:
            meanwhile.append(server.measure(_load(server, count, seed)))
        asked += len(times)
    yield from _compared(before, meanwhile, asked)


def _compared(before: list[Measured], meanwhile: list[Measured], asked: int) -> Iterator[Figure]:
    quiet, busy = (statistics.median(each.p99_ms for each in side) for side in (before, meanwhile))
    yield Figure(f"audiences_preview: p99 of {PER_SECOND:,} decisions a second", quiet, "ms")
    yield Figure("audiences_preview: p99 while previews run", busy, "ms")
    times = busy / quiet
    yield Figure("audiences_preview: the same, in times without", times, "x", goal=Goal("value", "<=", 2))
    for name, side in {"without": before, "while previews run": meanwhile}.items():
        p50 = statistics.median(each.p50_ms for each in side)
        yield Figure(f"audiences_preview: p50 {name}", p50, "ms")
    yield Figure("audiences_preview: previews meanwhile", asked, "")


def _load(server: Server, count: int, seed: int) -> Load:
    closed = server.load(DECIDE, count, "zipf", seed)
    return replace(closed, connections=OPEN_CONNECTIONS, rate=float(PER_SECOND))


class Previews:
    """A client that asks for one and the same preview."""

    def __init__(self, port: int, key: str, rule: Any) -> None:
        self._port = port
        self._headers = {"Authorization": f"Bearer {key}"}
        self._body = json.dumps({"expr": rule})

    def ask(self) -> float:
        """How long one takes, in seconds, with its connection."""
        start = perf_counter()
        with closing(HTTPConnection(HOST, self._port, timeout=60)) as connection:
            connection.request("POST", "/api/v1/segments/preview", self._body, self._headers)
            response = connection.getresponse()
            text = response.read()
        if response.status != 200:
            raise SystemExit(f"the preview was refused: {text.decode()}")
        return perf_counter() - start

    @contextmanager
    def running(self) -> Iterator[list[float]]:
        """One after another for as long as the block lasts; how long each took."""
        times, ended = list[float](), Event()

        def ask_on() -> None:
            while not ended.is_set():
                times.append(self.ask())

        with ThreadPoolExecutor(1) as one:
            asking = one.submit(ask_on)
            try:
                yield times
            finally:
                ended.set()
                asking.result()
