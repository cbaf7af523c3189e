"""A load generator, a process of its own: reads a `Load` as JSON from standard input, prints what it measured.

Only loopback, only as many requests as it was told, on connections that are kept.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

import uvloop

from benchmarks.decide_http_workload import bodies, body

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Load:
    """What to send."""

    port: int
    path: str
    key: str
    count: int
    connections: int
    #: `zipf` draws subjects by Zipf's law, `each` takes the subjects in turn, `empty` sends `{}`, `path` writes the
    #: number of the subject into the path and sends `content`; `content` writes it into `content`, for "NUMBER".
    subjects: str
    seed: int = 0
    #: Requests a second, sent on time whether earlier ones were answered or not; None: each connection waits.
    rate: float | None = None
    content: str = "{}"

    def to_json(self) -> str:
        """For standard input."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of it."""

    seconds: float
    #: Of the times from when a request was due to its answer, in milliseconds.
    p50_ms: float
    p99_ms: float
    failures: int


class Connection(asyncio.Protocol):
    """One kept connection, one request at a time."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._transport: Any = None
        self._received = b""
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._run.idle.append(self)

    def send(self, request: bytes, due: float) -> None:
        """Send one request that was due at `due`."""
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end or len(rest) < int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            return
        self._received = b""
        self._run.answered(self, self._due, head.startswith(b"HTTP/1.1 200"))


class Run:
    """One load, from the first request to the last answer."""

    def __init__(self, load: Load, requests: Sequence[bytes]) -> None:
        self._load = load
        self._waiting = deque(requests)
        self._due: deque[float] = deque()
        self._done = asyncio.get_running_loop().create_future()
        self._latencies: list[float] = []
        self._failures = 0
        self.idle: deque[Connection] = deque()

    async def measure(self) -> Measured:
        """Connect, send, and wait for the last answer."""
        loop = asyncio.get_running_loop()
        for _ in range(self._load.connections):
            await loop.create_connection(lambda: Connection(self), HOST, self._load.port)
        began = perf_counter()
        if self._load.rate is None:
            self._due.extend([0.0] * len(self._waiting))
            self._send()
        else:
            pace = asyncio.create_task(self._keep_pace(began, self._load.rate))
            await pace
        await self._done
        seconds, taken = perf_counter() - began, sorted(self._latencies)
        p50, p99 = (taken[len(taken) * share // 100] * 1000 for share in (50, 99))
        return Measured(seconds, p50, p99, self._failures)

    async def _keep_pace(self, began: float, rate: float) -> None:
        for number in range(len(self._waiting)):
            due = began + number / rate
            if (early := due - perf_counter()) > 0:
                await asyncio.sleep(early)
            self._due.append(due)
            self._send()

    def _send(self) -> None:
        while self.idle and self._due and self._waiting:
            due = self._due.popleft()
            self.idle.popleft().send(self._waiting.popleft(), due or perf_counter())

    def answered(self, connection: Connection, due: float, is_ok: bool) -> None:
        """Note the answer, and send what is due."""
        self._latencies.append(perf_counter() - due)
        self._failures += not is_ok
        self.idle.append(connection)
        if len(self._latencies) == self._load.count:
            self._done.set_result(None)
        self._send()


def requests_of(load: Load) -> list[bytes]:
    """The requests, ready to be written."""
    match load.subjects:
        case "zipf":
            contents = bodies(load.count, load.seed)
        case "each":
            contents = (body(i) for i in range(load.count))
        case "path":
            content = load.content.encode()
            return [_request(load, load.path.format(number), content) for number in range(load.count)]
        case "content":
            first = load.seed * load.count
            contents = (load.content.replace("NUMBER", str(first + each)).encode() for each in range(load.count))
        case _:
            contents = (b"{}" for _ in range(load.count))
    return [_request(load, load.path, content) for content in contents]


def _request(load: Load, path: str, content: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {load.key}\r\nContent-Length: "
    return f"{head}{len(content)}\r\n\r\n".encode() + content


async def _main(load: Load) -> Measured:
    return await Run(load, requests_of(load)).measure()


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(_main(Load(**json.load(sys.stdin)))))))
