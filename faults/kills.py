"""The `kills` scenario: workers, connections and the postmaster are killed under 64 clients, again and again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.checker import NONE, Verdict, check, figures
from faults.clients import busy
from faults.history import History, quantile_ms
from faults.installation import Installation
from faults.server import Server
from faults.workload import NAMESPACE

#: How many of each kind.
KILLS: Final[Mapping[str, int]] = {"worker": 12, "backends": 10, "postmaster": 8}
_WARM_SECONDS: Final = 2.0
#: Between two kills.
_LEAST_SECONDS, _MOST_SECONDS = 0.2, 0.8
_DOWN_SECONDS: Final = 0.5
#: After the last kill, until the clients leave: an event is sent again within so many.
_LAST_SECONDS: Final = 2.5


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """Kill workers, connections and the postmaster under load: nothing acknowledged is lost, nothing is doubled."""
    with installed.serving() as server:
        history, verdict = kill(installed, server, seed, KILLS)
    yield Figure("kills: of workers, connections, postmaster", sum(KILLS.values()), "", goal=Goal("value", ">=", 30))
    yield from figures("kills", history, verdict)
    yield Figure("kills: events sent twice on purpose", history.duplicates_sent, "")
    yield Figure("kills: decided without stored facts", history.from_request_alone, "")
    yield Figure("kills: requests under way in a killed worker", history.lost["Cut"], "")
    verified = installed.run("audit", "verify", "--namespace", NAMESPACE)
    yield Figure("kills: exit status of `tessella audit verify`", verified.returncode, "", goal=NONE)
    yield Figure("kills: p99 of decisions", quantile_ms(history.decisions, 0.99), "ms")


def kill(installed: Installation, server: Server, seed: int, kills: Mapping[str, int]) -> tuple[History, Verdict]:
    """Kill so many of each kind, in an order that the seed says, and check what the clients saw."""
    plan = [kind for kind, count in kills.items() for _ in range(count)]
    history = asyncio.run(_kill_all(plan, installed, server, seed))
    installed.cluster.wait_until_it_accepts()  # it recovers from its last kill, which takes a while on a busy machine
    return history, check(installed.cluster, history)


async def _kill_all(plan: Sequence[str], installed: Installation, server: Server, seed: int) -> History:
    rng = random.Random(seed)
    async with busy(server.port, installed.key, seed) as clients:
        await asyncio.sleep(_WARM_SECONDS)
        for kind in rng.sample(plan, len(plan)):
            await _kill(kind, installed, server, rng)
            await asyncio.sleep(rng.uniform(_LEAST_SECONDS, _MOST_SECONDS))
        await asyncio.sleep(_LAST_SECONDS)
    return clients.history


async def _kill(kind: str, installed: Installation, server: Server, rng: random.Random) -> None:
    match kind:
        case "worker":
            rng.choice(server.workers()).kill()
        case "backends":
            installed.cluster.kill_backends()
        case _:
            await asyncio.to_thread(installed.cluster.kill)
            await asyncio.sleep(rng.uniform(0, _DOWN_SECONDS))
            await asyncio.to_thread(installed.cluster.start)
