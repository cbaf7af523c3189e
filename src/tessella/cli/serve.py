"""`tessella serve`: answer over HTTP."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer

from tessella.bootstrap import running
from tessella.cli.output import AsJson, answer, log_to_stderr, notes
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


def serve(host: Host = DEFAULT_HOST, port: Port = DEFAULT_PORT, as_json: AsJson = False) -> None:
    """Serve until interrupted."""
    from tessella.http.server import run  # loads FastAPI and uvicorn, 0.2 s
    from tessella.http.server import serve as serve_http

    log_to_stderr("info")

    async def act() -> None:
        async with running(read_settings()) as application:
            with listening(host, port) as held:
                answer({"address": address_of(held)}, as_json=as_json, show=announce)
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


def address_of(held: socket.socket) -> str:
    """Where the server listens, as a URL."""
    host, port = held.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def announce(serving: Mapping[str, str]) -> None:
    """Say where the server listens."""
    address = serving["address"]
    notes.print(
        f"Serving on {address}  (documentation: {address}/docs). Stop with Ctrl-C.", highlight=False, soft_wrap=True
    )
