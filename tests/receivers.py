"""Real receivers of webhooks on loopback: what they answer, and what they were sent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec

OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
BROKEN = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Received:
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, object]:
        return msgspec.json.decode(self.body)


@dataclass
class Receiver:
    """A web server of somebody's own."""

    #: The answer to each request; None hangs.
    answers: Callable[[], bytes | None] = lambda: OK
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])}
            body = await reader.readexactly(int(headers["content-length"]))
            self.received.append(Received(headers, body))
            answer = self.answers()
            if answer is None:
                await asyncio.sleep(3600)
            else:
                writer.write(answer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):  # the sender has gone
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiver(answers: Callable[[], bytes | None] = lambda: OK) -> AsyncIterator[Receiver]:
    """A receiver that listens on a free port."""
    made = Receiver(answers)
    server = await asyncio.start_server(made._answer, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
