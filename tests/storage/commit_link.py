"""A link to the server that loses a COMMIT on its way there, or the answer on its way back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from tests.database import Link

_WRITES = (b"INSERT INTO tessella.events", b"INTO tessella.subject_facts", b"INSERT INTO tessella.decision_audit")


class CommitLink(Link):
    """Armed, it ends the next connection on which something is committed, at the chosen moment, once."""

    armed: Literal["commit", "answer"] | None = None
    lost = 0

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self._target)
        commits = asyncio.Event()
        for forwarding in (self._there(reader, far_writer, commits), self._back(far_reader, writer, commits)):
            task = asyncio.create_task(forwarding)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _there(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, commits: asyncio.Event) -> None:
        is_writer = False
        while data := await source.read(65536):
            is_writer = is_writer or any(statement in data for statement in _WRITES)
            if is_writer and self.armed and b"COMMIT" in data:
                armed, self.armed, self.lost = self.armed, None, self.lost + 1
                if armed == "commit":
                    break
                commits.set()
            sink.write(data)
            await sink.drain()
        sink.close()

    async def _back(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, commits: asyncio.Event) -> None:
        while data := await source.read(65536):
            if commits.is_set():
                break
            sink.write(data)
            await sink.drain()
        sink.close()


@asynccontextmanager
async def commit_link_to(dsn: str, folder: Path) -> AsyncIterator[CommitLink]:
    link = CommitLink(dsn, folder)
    await link.mend()
    try:
        yield link
    finally:
        await link.cut()
