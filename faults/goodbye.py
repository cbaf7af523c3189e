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
#: Until all requests have been read by the server.
_UNDER_WAY_SECONDS: Final = 0.03


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
    clients = [asyncio.create_task(_send(server.port, installed.key, number, history)) for number in range(CLIENTS)]
    await asyncio.sleep(_UNDER_WAY_SECONDS)
    began = time.monotonic()
    status = await asyncio.to_thread(server.terminate)
    return status, Counter(await asyncio.gather(*clients)), time.monotonic() - began


async def _send(port: int, key: str, number: int, history: History) -> str:
    names = {f"{history.prefix}{number}-{each}" for each in range(_EVENTS)}
    history.sent |= names
    body = json.dumps({"events": [json.loads(event(name, number, None))["events"][0] for name in sorted(names)]})
    connection = Connection(port, key, patience_seconds=20)
    try:
        answer = await connection.request("POST", "/api/v1/events", body.encode())
    except Lost as lost:
        return type(lost).__name__
    finally:
        connection.close()
    if answer.status == 202:
        history.acknowledged |= names
        history.accepted += answer.json()["accepted"]
    return str(answer.status)
