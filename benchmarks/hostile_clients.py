"""Clients of the `hostile_bodies` benchmark: one that attacks, and one that only wants its decisions.

The latter is a process of its own: `python -m benchmarks.hostile_clients PORT KEY`, until its input ends.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from time import perf_counter, sleep
from typing import Final

HOST: Final = "127.0.0.1"
_PIECE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Attack:
    """One request that is to be refused."""

    name: str
    path: str
    body: bytes
    headers: tuple[str, ...] = ()
    #: Whether the body is announced by its length, or comes in chunks of unknown number.
    announced: bool = True

    def head(self, key: str) -> bytes:
        """Request line and headers."""
        length = f"Content-Length: {len(self.body)}" if self.announced else "Transfer-Encoding: chunked"
        lines = (f"POST {self.path} HTTP/1.1", "Host: x", f"Authorization: Bearer {key}", length, *self.headers)
        return "\r\n".join((*lines, "", "")).encode()

    def pieces(self) -> Iterator[bytes]:
        """The body as it is sent."""
        for start in range(0, len(self.body), _PIECE):
            piece = self.body[start : start + _PIECE]
            yield piece if self.announced else b"%x\r\n%s\r\n" % (len(piece), piece)
        if not self.announced:
            yield b"0\r\n\r\n"


def milliseconds(port: int, key: str, attack: Attack) -> float:
    """From the first byte sent to the refusal. Raises `SystemExit` for an answer that is none."""
    with socket.create_connection((HOST, port), timeout=30) as connection:
        sending = Thread(target=_send, args=(connection, attack, key))
        began = perf_counter()
        sending.start()
        answer = connection.recv(_PIECE)
        taken = (perf_counter() - began) * 1000
        sending.join()
    if not answer.startswith(b"HTTP/1.1 413 "):
        raise SystemExit(f"{attack.name}: the answer was {answer[:60]!r}, and no 413")
    return taken


def _send(connection: socket.socket, attack: Attack, key: str) -> None:
    with suppress(OSError):  # it may be cut off
        connection.sendall(attack.head(key))
        for piece in attack.pieces():
            connection.sendall(piece)


@contextmanager
def half_open(port: int, count: int) -> Iterator[None]:
    """So many connections with half a request."""
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            connection = socket.create_connection((HOST, port), timeout=30)
            connection.sendall(b"POST /api/v1/decide HTTP/1.1\r\nHost: x\r\n")
            opened.append(connection)
        yield
    finally:
        for each in opened:
            each.close()


@dataclass(slots=True)
class Waited:
    """How long the other client has waited for a decision, in milliseconds, and how many it did not get."""

    longest: float = 0.0
    failures: int = 0


@contextmanager
def bystander(port: int, key: str) -> Iterator[Waited]:
    """Somebody who decides one after the other while this is open. What they waited stands in the record afterwards."""
    command = [sys.executable, "-m", "benchmarks.hostile_clients", str(port), key]
    waited = Waited()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None, "it was asked for"
        process.stdout.readline()  # it has begun
        try:
            yield waited
        finally:
            told = json.loads(process.communicate()[0])
            waited.longest, waited.failures = told


def _decide(port: int, key: str) -> None:
    head = f"POST /api/v1/decide HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: 2\r\n\r\n{{}}"
    longest, failures = 0.0, 0
    with socket.create_connection((HOST, port), timeout=30) as connection:
        for _ in range(50):
            connection.sendall(head.encode())
            _answer(connection)
        print(flush=True)
        while not select.select([sys.stdin], [], [], 0)[0]:
            began = perf_counter()
            connection.sendall(head.encode())
            failures += not _answer(connection).startswith(b"HTTP/1.1 200 ")
            longest = max(longest, (perf_counter() - began) * 1000)
            sleep(0.001)
    print(json.dumps([longest, failures]))


def _answer(connection: socket.socket) -> bytes:
    """One answer as a whole, which may come in pieces."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += connection.recv(_PIECE)
    head, _, body = found.partition(b"\r\n\r\n")
    [length] = [int(each[15:]) for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:")]
    while len(body) < length:
        body += connection.recv(_PIECE)
    return head


if __name__ == "__main__":
    _decide(int(sys.argv[1]), sys.argv[2])
