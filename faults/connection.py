"""A kept HTTP connection without a library between: what breaks, breaks visibly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

HOST: Final = "127.0.0.1"


class Lost(Exception):
    """There was no answer, so that what became of the request is unknown."""


class Refused(Lost):
    """Nobody accepted the connection."""


class Cut(Lost):
    """The connection ended before the answer."""


class Late(Lost):
    """The answer did not come in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


class Connection:
    """To one server, made anew when it was lost."""

    def __init__(self, port: int, key: str, *, patience_seconds: float = 5.0) -> None:
        self._port = port
        self._key = key
        self._patience_seconds = patience_seconds
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Send, and wait for the answer. Raises `Refused`, `Cut` and `Late`; the connection is closed then."""
        async with self._unbroken():
            await self._send(method, path, body)
            return await self._answer()

    async def send(self, method: str, path: str, body: bytes = b"") -> None:
        """Connect, and write all of a request. Raises as `request` does."""
        async with self._unbroken():
            await self._send(method, path, body)

    async def answer(self) -> Answer:
        """The answer to what was sent. Raises as `request` does."""
        async with self._unbroken():
            return await self._answer()

    @asynccontextmanager
    async def _unbroken(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience_seconds):
                yield
        except ConnectionRefusedError:
            raise Refused from None
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            raise (Late if isinstance(error, TimeoutError) else Cut) from None

    async def _send(self, method: str, path: str, body: bytes) -> None:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
            self._streams[1].transport.set_write_buffer_limits(high=0)
        writer = self._streams[1]
        head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {self._key}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()  # nothing is left in our own buffer then

    async def _answer(self) -> Answer:
        assert self._streams is not None, "it is connected"
        answer = await _answer(self._streams[0])
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    def local_port(self) -> int:
        """Our port, by which the server's process can be found. It has to be connected."""
        assert self._streams is not None, "it is connected"
        port: int = self._streams[1].get_extra_info("sockname")[1]
        return port

    def close(self) -> None:
        """End it. The next request makes another."""
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].close()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.lower(): text.strip() for name, _, text in pairs}
    return Answer(int(status.split()[1]), headers, await _body(reader, headers))


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    """All of it, at once or in chunks."""
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return body
