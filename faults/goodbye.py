"""The `goodbye` scenario: a server is asked to end while requests are under way."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.checker import NONE, Verdict, check
from faults.clients import CLIENTS
from faults.connection import Connection, Lost
from faults.history import History
from faults.installation import Installation
from faults.server import Server
from faults.workload import event

#: So many rows keep the writer busy for a while.
_EVENTS: Final = 100


@dataclass(frozen=True, slots=True)
class Left:
    """How a server ended."""

    status: int
    #: What the requests under way were answered, and how often.
    answers: Counter[str]
    verdict: Verdict
    #: From the signal to its end.
    seconds: float


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """End a server while 64 requests are under way: each is answered, and what is acknowledged is stored."""
    with installed.serving() as server:
        yield from figures_of(leave(installed, server))


def leave(installed: Installation, server: Server) -> Left:
    """Send a request from each client, and then SIGTERM."""
    history = History()
    status, answers, seconds = asyncio.run(_leave(installed, server, history))
    return Left(status, answers, check(installed.cluster, history), seconds)


def figures_of(left: Left) -> Iterator[Figure]:
    """What came of it."""
    yield Figure("goodbye: requests under way at SIGTERM", CLIENTS, "")
    yield Figure("goodbye: of them answered 202", left.answers["202"], "", goal=Goal("value", ">=", CLIENTS))
    yield Figure("goodbye: from SIGTERM to its end", left.seconds, "s")
    yield Figure("goodbye: exit status", left.status, "", goal=NONE)
    yield Figure("goodbye: acknowledged events lost", left.verdict.lost, "", goal=NONE)


async def _leave(installed: Installation, server: Server, history: History) -> tuple[int, Counter[str], float]:
    clients = [Client(server.port, installed.key, number, history) for number in range(CLIENTS)]
    await asyncio.gather(*(client.send() for client in clients))
    began = time.monotonic()
    ended = asyncio.create_task(asyncio.to_thread(server.terminate))
    answers = Counter(await asyncio.gather(*(client.answer() for client in clients)))
    return await ended, answers, time.monotonic() - began


class Client:
    """One client, and the events that it sends in one request."""

    def __init__(self, port: int, key: str, number: int, history: History) -> None:
        self._connection = Connection(port, key, patience_seconds=20)
        self._number = number
        self._names = {f"{history.prefix}{number}-{each}" for each in range(_EVENTS)}
        self._history = history

    async def send(self) -> None:
        """Write all of the request; the server may have read it or not."""
        self._history.sent |= self._names
        events = [json.loads(event(name, self._number, None))["events"][0] for name in sorted(self._names)]
        await self._connection.send("POST", "/api/v1/events", json.dumps({"events": events}).encode())

    async def answer(self) -> str:
        """Its status, or how it was lost."""
        try:
            answer = await self._connection.answer()
        except Lost as lost:
            return type(lost).__name__
        finally:
            self._connection.close()
        if answer.status == 202:
            self._history.acknowledged |= self._names
            self._history.accepted += answer.json()["accepted"]
        return str(answer.status)
