"""A real issuer of tokens on loopback: what it answers can be changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.tokens import Signer, key_set


@dataclass
class Issuer:
    """A web server with a set of keys."""

    content: bytes = b""
    status: str = "200 OK"
    headers: str = ""
    hangs: bool = False
    asked: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/jwks.json"

    def publish(self, *signers: Signer) -> None:
        self.content = key_set(*signers)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            if self.hangs:
                await asyncio.sleep(3600)
            head = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(self.content)}\r\n{self.headers}"
            writer.write(f"{head}Connection: close\r\n\r\n".encode() + self.content)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):  # whoever asked has gone
            pass
        finally:
            writer.close()


@asynccontextmanager
async def issuer(*signers: Signer) -> AsyncIterator[Issuer]:
    """An issuer that listens on a free port."""
    made = Issuer(key_set(*signers))
    server = await asyncio.start_server(made._answer, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
