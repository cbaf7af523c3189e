"""`tessella serve`: answer over HTTP."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer

from tessella.bootstrap import running
from tessella.cli.output import log_to_stderr, notes
from tessella.domain.errors import TessellaError
from tessella.http.listening import DEFAULT_HOST, DEFAULT_PORT, listen
from tessella.settings import read_settings

Host = Annotated[str, typer.Option("--host", help="The address to listen on; 0.0.0.0 in a container.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65_535, help="A busy one moves to the next free one.")]


@dataclass(eq=False)
class CannotListen(TessellaError):
    """Cannot listen on {host}, port {port}: {reason}."""

    host: str
    port: int
    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Name another address with --host, or another port with --port."


def serve(host: Host = DEFAULT_HOST, port: Port = DEFAULT_PORT) -> None:
    """Serve until interrupted."""
    from tessella.http.server import run  # loads FastAPI and uvicorn, 0.2 s
    from tessella.http.server import serve as serve_http

    log_to_stderr("info")

    async def act() -> None:
        async with running(read_settings()) as application:
            with listening(host, port) as held:
                announce(held)
                await serve_http(application, held)

    run(act())


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket on `port` or the next free one. Raises `CannotListen` and `NoFreePort`."""
    try:
        held = listen(host, port)
    except OSError as error:
        raise CannotListen(host, port, f"{error.strerror}".lower()) from error
    with held:
        yield held


def announce(held: socket.socket) -> str:
    """Say where the server listens; returns the address."""
    host, port = held.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    notes.print(f"Serving on {address}  (documentation: {address}/docs). Stop with Ctrl-C.", highlight=False)
    return address
