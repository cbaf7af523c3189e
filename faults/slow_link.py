"""The `slow_link` scenario: pieces between the server and its database are late, and then nothing comes through."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.checker import check, figures
from faults.clients import busy
from faults.history import History, Timed, quantile_ms
from faults.installation import Installation
from faults.link import Link, mended
from faults.server import serving
from tessella.storage.embedded.roles import APP

_NORMAL_SECONDS: Final = 4.0
_PHASE_SECONDS: Final = 5.0
#: How long nothing comes through after a COMMIT was sent.
_BLACK_SECONDS: Final = 3.0
_BACK_SECONDS: Final = 3.0
_TIMES: Final = Goal("value", "<=", 1.5)
_DELAYS_MS: Final = (50, 500)
_COMMIT: Final = re.compile(rb"COMMIT")


@dataclass(slots=True)
class Seen:
    """What the clients saw, and when what held."""

    history: History
    #: By the name of a phase, its decisions.
    decided: dict[str, list[Timed]] = field(default_factory=dict)
    #: The phases in which the link was slow, but let everything through.
    slow: set[str] = field(default_factory=set)
    #: Seconds from the mending to the next acknowledgement.
    first_acknowledgement: float = float("inf")


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """The link to the database is slow, and then black in the midst of a COMMIT: decisions do not notice."""
    seen = asyncio.run(_run(installed, seed))
    yield from figures("slow link", seen.history, check(installed.cluster, seen.history))
    normal = quantile_ms(seen.decided["normal"], 0.99)
    for name, decided in seen.decided.items():
        p99 = quantile_ms(decided, 0.99)
        yield Figure(f"slow link: p99 of decisions, {name}", p99, "ms")
        if name in seen.slow:
            yield Figure(
                f"slow link: the same, {name}, in times normal", p99 / normal, "x", goal=Goal("value", "<=", 1.5)
            )
    slowest = max(each.taken_ms for each in seen.decided["black"]) / 1000
    yield Figure("slow link: the slowest decision while it is black", slowest, "s", goal=Goal("value", "<=", 1.2))
    first = seen.first_acknowledgement
    yield Figure("slow link: first acknowledgement after it", first, "s", goal=Goal("value", "<=", 2))


async def _run(installed: Installation, seed: int) -> Seen:
    folder = installed.folder / "link"
    folder.mkdir(mode=0o711, exist_ok=True)
    async with (
        mended(Link(installed.cluster.dsn(user=APP), folder)) as link,
        _server(installed, {"TESSELLA_DATABASE_URL": link.dsn}) as port,
        busy(port, installed.key, seed) as clients,
    ):
        seen = Seen(clients.history)
        await clients.until_all_are_known()
        await _phase(seen, "normal", _NORMAL_SECONDS)
        for delay_ms in _DELAYS_MS:
            link.delay_seconds = delay_ms / 1000
            seen.slow.add(name := f"{delay_ms} ms a piece")
            await _phase(seen, name, _PHASE_SECONDS)
        link.delay_seconds = 0.0
        await asyncio.sleep(_BACK_SECONDS)
        link.hang_after = _COMMIT
        await _phase(seen, "black", _BLACK_SECONDS)
        await link.mend()
        back_at = time.monotonic()
        await asyncio.sleep(_BACK_SECONDS)
        seen.first_acknowledgement = clients.history.first_acknowledgement_after(back_at) - back_at
    return seen


async def _phase(seen: Seen, name: str, seconds: float) -> None:
    began = time.monotonic()
    await asyncio.sleep(seconds)
    seen.decided[name] = seen.history.decided(began, time.monotonic())


@asynccontextmanager
async def _server(installed: Installation, changed: Mapping[str, str]) -> AsyncIterator[int]:
    """A server with other settings, whose link runs in this loop."""
    context = serving({**installed.environment(), **changed}, Path(installed.log))
    server = await asyncio.to_thread(context.__enter__)
    try:
        yield server.port
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)
