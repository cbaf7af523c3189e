"""The `jobs` scenario: the database is started anew, and the worker of jobs is killed in the middle of a run."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.figure import Figure, Goal
from faults.checker import NONE
from faults.connection import Connection, Lost
from faults.installation import Installation
from faults.server import Server
from faults.workload import event
from tessella.jobs.worker import HEARTBEAT_SECONDS

#: Longer than procrastinate's own worker bears.
_AWAY_SECONDS: Final = 4.0
_WORKER_KILLS: Final = 2
#: So many events make a run long enough to be hit.
_BATCHES, _EVENTS = 20, 1000
_FEATURE: Final = {"name": "user.views", "type": "integer", "kind": {"kind": "count"}}
_PATIENCE_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.02

Run = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recovered:
    """How long it took until runs went on, in seconds, and what became of all that were asked for."""

    after_restart: float
    after_kills: list[float]
    states: list[str]


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """Restart the database and kill the worker of jobs: runs go on, and each is done."""
    with installed.serving() as server:
        recovered = asyncio.run(recover(installed, server, _WORKER_KILLS))
    yield Figure("jobs: from the database's return to a run", recovered.after_restart, "s", goal=Goal("value", "<=", 5))
    limit = Goal("value", "<=", HEARTBEAT_SECONDS + 5)
    yield Figure("jobs: from a kill until another worker goes on", max(recovered.after_kills), "s", goal=limit)
    unfinished = sum(state != "succeeded" for state in recovered.states)
    yield Figure(f"jobs: unfinished runs of {len(recovered.states)}", unfinished, "", goal=NONE)


async def recover(installed: Installation, server: Server, kills: int) -> Recovered:
    """Restart the database once, and kill the worker so often."""
    client = Client(Connection(server.port, installed.key))
    await client.prepare()
    await asyncio.to_thread(installed.cluster.kill)
    await asyncio.sleep(_AWAY_SECONDS)
    await asyncio.to_thread(installed.cluster.start)
    back_at = time.monotonic()
    first = await client.compute()
    await client.until(first, lambda found: found["attempts"] > 0)
    after_restart = time.monotonic() - back_at
    after_kills, runs = [], [first]
    for _ in range(kills):
        await client.until(runs[-1], lambda found: found["state"] not in ("queued", "running"))
        runs.append(await client.compute())
        after_kills.append(await _kill(client, server, runs[-1]))
    done = [await client.until(each, lambda found: found["state"] not in ("queued", "running")) for each in runs]
    return Recovered(after_restart, after_kills, [each["state"] for each in done])


async def _kill(client: Client, server: Server, run_id: str) -> float:
    """Kill the worker when it has begun, and wait until the run goes on or is done."""
    await client.until(run_id, lambda found: found["attempts"] > 0)
    server.jobs_worker().kill()
    killed_at = time.monotonic()
    await client.until(run_id, lambda found: found["attempts"] > 1 or found["state"] == "succeeded")
    return time.monotonic() - killed_at


@dataclass(frozen=True, slots=True)
class Client:
    """One client that asks for runs and watches them; what is put off or lost is sent again."""

    connection: Connection

    async def prepare(self) -> None:
        """A feature that is computed, and the events to compute it from."""
        await self._send("POST", "/api/v1/features", _FEATURE)
        for batch in range(_BATCHES):
            names = (f"jobs-{batch}-{number}" for number in range(_EVENTS))
            events = [json.loads(event(name, number, None))["events"][0] for number, name in enumerate(names)]
            await self._send("POST", "/api/v1/events", {"events": events})

    async def compute(self) -> str:
        """Ask for a run, and its id."""
        run_id: str = (await self._send("POST", "/api/v1/features/compute", {}))["run_id"]
        return run_id

    async def until(self, run_id: str, holds: Callable[[Run], bool]) -> Run:
        """The run when something holds, or as it is when that takes too long."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            found = await self._send("GET", f"/api/v1/jobs/{run_id}", None)
            if holds(found) or time.monotonic() > deadline:
                return found
            await asyncio.sleep(_POLL_SECONDS)

    async def _send(self, method: str, path: str, body: Any) -> Run:
        content = b"" if body is None else json.dumps(body).encode()
        while True:
            try:
                answer = await self.connection.request(method, path, content)
            except Lost:
                continue
            if answer.status < 400 or answer.status == 409:
                return dict(answer.json())
            assert answer.status == 503, answer
            await asyncio.sleep(_POLL_SECONDS)
