"""A kept HTTP connection without a library between: what breaks, breaks visibly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
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
        try:
            async with asyncio.timeout(self._patience_seconds):
                return await self._exchange(method, path, body)
        except ConnectionRefusedError:
            raise Refused from None
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            raise (Late if isinstance(error, TimeoutError) else Cut) from None

    async def _exchange(self, method: str, path: str, body: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {self._key}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await _answer(reader)
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
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(int(status.split()[1]), headers, body)
