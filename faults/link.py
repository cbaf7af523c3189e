"""A link between a server and its database that forwards, at once or late, hangs, or is cut."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from psycopg.conninfo import conninfo_to_dict, make_conninfo

AnyLink = TypeVar("AnyLink", bound="Link")
Way = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Link:
    """A socket between us and the server that forwards, at once or late, hangs, or is cut."""

    def __init__(self, dsn: str, folder: Path) -> None:
        parts = {"port": "5432", **conninfo_to_dict(dsn)}
        self._target = f"{parts['host']}/.s.PGSQL.{parts['port']}"
        self._path = folder / f".s.PGSQL.{parts['port']}"
        self.dsn = make_conninfo(dsn, host=str(folder))
        self._flowing = asyncio.Event()
        #: How long each piece is under way.
        self.delay_seconds = 0.0
        #: The link hangs after this was sent over one connection, and before the answer comes back.
        self.hang_after: re.Pattern[bytes] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def mend(self) -> None:
        """Let everything through, and accept connections."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_unix_server(self._connected, path=self._path)

    def hang(self) -> None:
        """Connections stay open, nothing comes through any more."""
        self._flowing.clear()

    async def cut(self) -> None:
        """Every connection ends and no new one is accepted."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)
            self._server = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self._target)
        for forwarding in self._forwardings((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(forwarding)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _forwardings(self, there: Way, back: Way) -> Iterator[Coroutine[None, None, None]]:
        yield self._forward(*there)
        yield self._forward(*back)

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        sent = b""
        try:
            while data := await source.read(65536):
                await asyncio.sleep(self.delay_seconds)
                await self._flowing.wait()
                sink.write(data)
                await sink.drain()
                sent = (sent + data)[-65536:]
                if self.hang_after is not None and self.hang_after.search(sent):
                    self.hang_after = None
                    self.hang()
        except OSError:  # the other end has gone: so does this one
            pass
        finally:
            sink.close()


@asynccontextmanager
async def mended(link: AnyLink) -> AsyncIterator[AnyLink]:
    """The link, working; it is cut afterwards."""
    await link.mend()
    try:
        yield link
    finally:
        await link.cut()
