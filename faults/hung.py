"""The `hung` scenario: the database stands still, while every kind of request is under way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.checker import NONE
from faults.cluster import Cluster
from faults.connection import Connection, Lost
from faults.installation import Installation
from faults.kinds_of_request import Kind, kinds

LIMIT_SECONDS: Final = 1.2
_PATIENCE_SECONDS: Final = 20.0
#: Each kind is sent by so many clients: there are more of them than connections to the database.
_CLIENTS: Final = 2
_NORMAL_SECONDS: Final = 1.5
_FROZEN_SECONDS: Final = 4.0
_PAUSE_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Answered:
    """One request and how it went."""

    operation: str
    #: 0 when there was no answer.
    status: int
    #: Monotonic.
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began


@dataclass(frozen=True, slots=True)
class Hung:
    """What became of the requests whose answers came from a server with a frozen database."""

    #: Sent before it froze, and after.
    under_way: Sequence[Answered]
    later: Sequence[Answered]


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """Freeze the database while requests of every kind are under way: nobody waits longer than 1.2 s."""
    with installed.serving() as server:
        hung = asyncio.run(hang(installed.cluster, server.port, installed.key))
    every = [*hung.under_way, *hung.later]
    yield Figure("hung: kinds of request", len({each.operation for each in every}), "")
    for moment, answered in (("under way", hung.under_way), ("sent later", hung.later)):
        slowest = max(answered, key=lambda each: each.seconds)
        name = f"hung: the slowest of {len(answered)} {moment}, {slowest.operation}"
        yield Figure(name, slowest.seconds, "s", goal=Goal("value", "<=", LIMIT_SECONDS))
    yield Figure(
        "hung: requests that got no answer, or a 500", sum(each.status in (0, 500) for each in every), "", goal=NONE
    )


async def hang(cluster: Cluster, port: int, key: str) -> Hung:
    """Every kind is sent again and again; in the midst of it the database freezes for a while."""
    every = await kinds(port, key)
    leaving = asyncio.Event()
    clients = [asyncio.create_task(_ask(kind, port, key, leaving)) for kind in every for _ in range(_CLIENTS)]
    await asyncio.sleep(_NORMAL_SECONDS)
    cluster.freeze()
    frozen_at = time.monotonic()
    try:
        await asyncio.sleep(_FROZEN_SECONDS)
        leaving.set()
        answered = [each for client in await asyncio.gather(*clients) for each in client if each.ended > frozen_at]
    finally:
        cluster.thaw()
    return Hung(
        [each for each in answered if each.began <= frozen_at], [each for each in answered if each.began > frozen_at]
    )


async def _ask(kind: Kind, port: int, key: str, leaving: asyncio.Event) -> list[Answered]:
    connection = Connection(port, key, patience_seconds=_PATIENCE_SECONDS)
    answered = []
    while not leaving.is_set():
        began = time.monotonic()
        try:
            status = (await connection.request(kind.method, kind.path, kind.body)).status
        except Lost:
            status = 0
        answered.append(Answered(kind.operation, status, began, time.monotonic()))
        await asyncio.sleep(_PAUSE_SECONDS)
    connection.close()
    return answered
