"""Serve over HTTP: one process, loopback unless told otherwise."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from typing import Final

import uvicorn

from tessella.bootstrap import Application
from tessella.domain.errors import Unavailable
from tessella.http.app import create_app

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8600
#: How many ports after the wanted one are tried.
_TRIED_PORTS: Final = 100
_BACKLOG: Final = 2048
_GOODBYE_SECONDS: Final = 10


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
    config = uvicorn.Config(
        create_app(application), http="httptools", ws="none", lifespan="off", log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=_GOODBYE_SECONDS, proxy_headers=False,
    )  # fmt: skip
    await uvicorn.Server(config).serve(sockets=[listening])
