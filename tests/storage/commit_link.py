"""A link to the server that loses a COMMIT on its way there, or the answer on its way back."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Literal

from faults.link import Link, Way, mended

_WRITES = (b"INSERT INTO tessella.events", b"INTO tessella.subject_facts", b"INSERT INTO tessella.decision_audit")


class CommitLink(Link):
    """Armed, it ends the next connection on which something is committed, at the chosen moment, once."""

    armed: Literal["commit", "answer"] | None = None
    lost = 0

    def _forwardings(self, there: Way, back: Way) -> Iterator[Coroutine[None, None, None]]:
        commits = asyncio.Event()
        yield self._there(*there, commits)
        yield self._back(*back, commits)

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


def commit_link_to(dsn: str, folder: Path) -> AbstractAsyncContextManager[CommitLink]:
    return mended(CommitLink(dsn, folder))
