"""`tessella serve`: answer over HTTP."""

from __future__ import annotations

import asyncio
import socket
from typing import Annotated

import typer

from tessella.bootstrap import running
from tessella.cli.output import notes
from tessella.http.server import DEFAULT_HOST, DEFAULT_PORT, listen
from tessella.http.server import serve as serve_http
from tessella.settings import Settings

Host = Annotated[str, typer.Option("--host", help="The address to listen on; 0.0.0.0 in a container.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65_535, help="A busy one moves to the next free one.")]


def serve(host: Host = DEFAULT_HOST, port: Port = DEFAULT_PORT) -> None:
    """Serve until interrupted."""

    async def act() -> None:
        async with running(Settings()) as application:
            with listen(host, port) as listening:
                announce(listening)
                await serve_http(application, listening)

    asyncio.run(act())


def announce(listening: socket.socket) -> str:
    """Say where the server listens; returns the address."""
    host, port = listening.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    notes.print(f"Serving on {address}  (documentation: {address}/docs). Stop with Ctrl-C.", highlight=False)
    return address
