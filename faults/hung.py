"""The `hung` scenario: the database stands still, while every kind of request is under way."""

from __future__ import annotations

import asyncio
import sys
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
_NORMAL_SECONDS: Final = 1.5
_FROZEN_SECONDS: Final = 4.0
#: Their answers come in pieces: one that has begun can only be cut, which its receiver sees.
_STREAMED: Final = frozenset({"GET /api/v1/subjects/{subject_id}/export"})
_PAUSE_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Answered:
    """One request and how it went."""

    operation: str
    #: 0 when there was no answer.
    status: int
    #: Monotonic.
    began: float
    ended: float

    def waited_since(self, moment: float) -> float:
        """Seconds until its answer, from when it was sent, or from a later moment."""
        return self.ended - max(self.began, moment)


@dataclass(frozen=True, slots=True)
class Hung:
    """What became of the requests whose answers came from a server with a frozen database."""

    frozen_at: float
    answered: Sequence[Answered]

    def under_way(self) -> list[Answered]:
        """Those sent before it froze."""
        return [each for each in self.answered if each.began <= self.frozen_at]

    def sent_later(self) -> list[Answered]:
        """Those sent while it was frozen."""
        return [each for each in self.answered if each.began > self.frozen_at]


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """Freeze the database while requests of every kind are under way: nobody waits longer than 1.2 s."""
    with installed.serving() as server:
        hung = asyncio.run(hang(installed.cluster, server.port, installed.key))
    yield Figure("hung: kinds of request", len({each.operation for each in hung.answered}), "")
    for moment, answered in (("under way", hung.under_way()), ("sent later", hung.sent_later())):
        slowest = max(answered, key=lambda each: each.waited_since(hung.frozen_at))
        name = f"hung: the slowest of {len(answered)} {moment}, {slowest.operation}"
        yield Figure(name, slowest.waited_since(hung.frozen_at), "s", goal=Goal("value", "<=", LIMIT_SECONDS))
    silent = [each for each in hung.answered if each.status in (0, 500)]
    unanswered = [each for each in silent if each.operation not in _STREAMED]
    yield Figure("hung: answers in pieces that were cut", len(silent) - len(unanswered), "")
    for each in unanswered:
        print(f"hung: {each.operation} got {each.status}", file=sys.stderr)
    yield Figure("hung: requests that got no answer, or a 500", len(unanswered), "", goal=NONE)


async def hang(cluster: Cluster, port: int, key: str) -> Hung:
    """Every kind is sent again and again; in the midst of it the database freezes for a while."""
    every = await kinds(port, key)
    leaving = asyncio.Event()
    clients = [asyncio.create_task(_ask(kind, port, key, leaving)) for kind in every]
    await asyncio.sleep(_NORMAL_SECONDS)
    cluster.freeze()
    frozen_at = time.monotonic()
    try:
        await asyncio.sleep(_FROZEN_SECONDS)
        leaving.set()
        answered = [each for client in await asyncio.gather(*clients) for each in client if each.ended > frozen_at]
    finally:
        cluster.thaw()
    return Hung(frozen_at, answered)


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
