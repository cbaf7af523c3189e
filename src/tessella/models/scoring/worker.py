"""The owner's side of a scoring process."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec

from tessella.domain.errors import QueryTimedOut, WorkerLost
from tessella.domain.errors.scoring import ScoringBusy, ScoringFailed
from tessella.domain.predictions.segment.scoring import Counted
from tessella.models.scoring.wire import SAID, Asked, Limits, Refused
from tessella.ports import Progress
from tessella.ports.scoring import ScoringOrder

_COMMAND: Final = (sys.executable, "-P", "-m", "tessella.models.scoring.process")
#: The longest line that is read: what was counted, of every segment.
_LINE_BYTES: Final = 64 * 1024 * 1024
#: How far the process stands back behind those that decide.
_NICENESS: Final = 10
#: Orders that may wait for the one that is being worked on.
MOST_WAITING: Final = 4


class ScoringWorker:
    """`ports.scoring.Scoring`: a process for each order, which ends with it; one at a time.

    `memory` as DuckDB writes it; numbers and the model take up to 0.3 GB more. `threads` from 1.
    """

    def __init__(self, memory: str, threads: int, timeout_seconds: float) -> None:
        self._memory = memory
        self._threads = threads
        self._timeout_seconds = timeout_seconds
        self._turn = asyncio.Lock()
        self._open = 0

    async def score(self, order: ScoringOrder, progress: Progress) -> Counted:
        """See the port."""
        if self._open > MOST_WAITING:
            raise ScoringBusy(MOST_WAITING)
        self._open += 1
        try:
            async with self._turn:
                return await self._score(order, progress)
        finally:
            self._open -= 1

    async def _score(self, order: ScoringOrder, progress: Progress) -> Counted:
        with tempfile.TemporaryDirectory(prefix="tessella-scoring-") as spill:
            target = None if order.target is None else str(order.target)
            limits = Limits(self._memory, self._threads, spill)
            asked = Asked(order.sql, order.parameters, order.groups, order.model, target, limits)
            async with _started() as process:
                try:
                    async with asyncio.timeout(self._timeout_seconds):
                        return await _answer(process, asked, progress)
                except TimeoutError:
                    raise QueryTimedOut("The scoring process", self._timeout_seconds) from None


@asynccontextmanager
async def _started() -> AsyncIterator[Process]:
    """A process that is gone after the block."""
    process = await asyncio.create_subprocess_exec(*_COMMAND, stdin=PIPE, stdout=PIPE, limit=_LINE_BYTES)
    os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _answer(process: Process, asked: Asked, progress: Progress) -> Counted:
    assert process.stdin is not None, "it was started with a pipe"
    assert process.stdout is not None, "likewise"
    process.stdin.write(msgspec.json.encode(asked) + b"\n")
    async for line in process.stdout:
        said = SAID.decode(line)
        if isinstance(said, Refused):
            raise ScoringFailed(said.problem)
        progress(said.share)
        if said.counted is not None:
            return said.counted
    raise WorkerLost("the scoring", await process.wait())
