"""Serve over HTTP: one process, loopback unless told otherwise."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import uvicorn
import uvloop
from starlette.types import ASGIApp

from tessella.bootstrap import Application
from tessella.domain.errors import Unavailable
from tessella.http.app import create_app

T = TypeVar("T")

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8600
#: How many ports after the wanted one are tried.
_TRIED_PORTS: Final = 100
_BACKLOG: Final = 2048
_GOODBYE_SECONDS: Final = 10
#: Decisions wait for the audit's writer in hundreds. At Python's own thresholds each few of them would be a collection
#: of what all of them hold, which costs more than deciding. Hardly anything here is a cycle.
_GC_THRESHOLD: Final = (50_000, 20, 100)


@dataclass(eq=False)
class NoFreePort(Unavailable):
    """No port from {port} to {last} is free on {host}."""

    host: str
    port: int
    last: int

    def hint(self) -> str:
        """How to go on."""
        return "Name another with --port."


def listen(host: str = DEFAULT_HOST, port: int = DEFAULT_PORT) -> socket.socket:
    """A listening socket on `port`, or on the next free one after it. Raises `NoFreePort`, and OSError for the host."""
    for each in range(port, min(port + _TRIED_PORTS, 65_536)):
        try:
            return _listening(host, each)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise NoFreePort(host, port, port + _TRIED_PORTS - 1)


def _listening(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


async def serve(application: Application, listening: socket.socket) -> None:
    """Answer requests until SIGTERM or SIGINT; requests that are being answered are finished first."""
    await serve_app(create_app(application), listening)


async def serve_app(app: ASGIApp, listening: socket.socket) -> None:
    """The same for an application that was made before."""
    config = uvicorn.Config(
        app, http="httptools", ws="none", lifespan="off", log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=_GOODBYE_SECONDS, proxy_headers=False,
    )  # fmt: skip
    await uvicorn.Server(config).serve(sockets=[listening])


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a server's main coroutine on the quick event loop."""
    gc.set_threshold(*_GC_THRESHOLD)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
