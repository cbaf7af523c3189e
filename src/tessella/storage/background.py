"""Tasks that a process runs beside its requests, from its start to its end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, Final

from tessella.logs import get_logger

_DIED: Final = "task_died"
_LOG: Final = get_logger(__name__)


def begin(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Run `work` until it is cancelled. Should it die, the event loop's exception handler is told."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_tell)
    return task


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        task.get_loop().call_exception_handler({"message": _DIED, "exception": error, "task": task})


def end_process_with_tasks() -> None:
    """From here on the process ends, with status 1, when a task dies that `begin` began: its supervisor has another.

    For a child of a supervisor, in its event loop. A program that embeds us is only told.
    """
    asyncio.get_running_loop().set_exception_handler(_end_process)


def _end_process(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if context["message"] != _DIED:
        loop.default_exception_handler(context)
        return
    _LOG.critical(_DIED, task=context["task"].get_name(), exc_info=context["exception"])
    os._exit(1)  # at once: to end in order would be to wait for what the task no longer does


async def end(task: asyncio.Task[None] | None) -> None:
    """Cancel a task and wait until it has ended; nothing is to be done for one that never began."""
    if task is not None:
        task.cancel()
        await asyncio.wait([task])
