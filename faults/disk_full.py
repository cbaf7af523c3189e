"""The `disk_full` scenario: the disk of the database and of the server's own files is full for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.checker import check, figures
from faults.clients import busy
from faults.history import History
from faults.installation import Installation, installation
from faults.small_disk import CannotMount, full, small_disk

_NORMAL_SECONDS: Final = 2.0
_FULL_SECONDS: Final = 4.0
_BACK_SECONDS: Final = 2.0


def run(_: Installation, seed: int) -> Iterator[Figure]:
    """Fill the disk under load: writes are put off, decisions go on, and a second after there is room all is well."""
    try:
        with installation(small_disk) as installed, installed.serving() as server:
            history, room_at = asyncio.run(_fill(installed, server.port, seed))
            verdict = check(installed.cluster, history)
    except CannotMount as reason:
        yield Figure(f"disk full: left out, {reason}", 0, "")
        return
    first = history.first_acknowledgement_after(room_at) - room_at
    yield from figures("disk full", history, verdict)
    yield Figure("disk full: writes put off with 503 and Retry-After", history.writes_put_off, "")
    yield Figure("disk full: first acknowledgement after there is room", first, "s", goal=Goal("value", "<=", 1))


async def _fill(installed: Installation, port: int, seed: int) -> tuple[History, float]:
    """What the clients saw, and when there was room again."""
    async with busy(port, installed.key, seed) as clients:
        await asyncio.sleep(_NORMAL_SECONDS)
        with full(installed.folder):
            await asyncio.sleep(_FULL_SECONDS)
        room_at = time.monotonic()
        await asyncio.sleep(_BACK_SECONDS)
    return clients.history, room_at
