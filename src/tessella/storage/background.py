"""Tasks that a process runs beside its requests, from its start to its end."""

from __future__ import annotations

import asyncio


async def end(task: asyncio.Task[None] | None) -> None:
    """Cancel a task and wait until it has ended; nothing is to be done for one that never began."""
    if task is not None:
        task.cancel()
        await asyncio.wait([task])
