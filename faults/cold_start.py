"""The `cold_start` scenario: a server starts while its database is away, with what the last one left on disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.checker import NONE
from faults.connection import Answer, Connection
from faults.installation import Installation
from faults.outage import OUTAGES, Outage
from faults.workload import expected, question

_SUBJECTS: Final = 20


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """Start a server while the database is dead, and while it is frozen: it decides within two seconds."""
    serve_once(installed)
    for outage in OUTAGES:
        seconds, wrong = start(installed, outage)
        name = f"cold start, database {outage.name}"
        yield Figure(f"{name}: from the command to the first decision", seconds, "s", goal=Goal("value", "<=", 2))
        yield Figure(f"{name}: wrong decisions", wrong, "", goal=NONE)


def serve_once(installed: Installation) -> None:
    """A server that has decided, and ended as it should."""
    with installed.serving() as server:
        _, wrong = asyncio.run(_decide(server.port, installed.key))
        assert not wrong, "the database is there"
        server.terminate()


def start(installed: Installation, outage: Outage) -> tuple[float, int]:
    """With the database away: seconds from the command to the first decision, and how many were wrong."""
    outage.begin(installed.cluster)
    try:
        began = time.monotonic()
        with installed.serving() as server:
            first_at, wrong = asyncio.run(_decide(server.port, installed.key))
            return first_at - began, wrong
    finally:
        outage.end(installed.cluster)


async def _decide(port: int, key: str) -> tuple[float, int]:
    """When the first of some subjects was decided about, and of how many the decision was wrong."""
    connection = Connection(port, key)
    answers, answered_at = [], []
    for subject in range(_SUBJECTS):
        answers.append(await connection.request("POST", "/api/v1/decide", question(subject)))
        answered_at.append(time.monotonic())
    connection.close()
    return answered_at[0], sum(not _is_right(*each) for each in enumerate(answers))


def _is_right(subject: int, answer: Answer) -> bool:
    right = expected(subject)
    return answer.status == 200 and answer.json()["segment_id"] in (right.with_facts, right.without_facts)
