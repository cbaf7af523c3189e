"""The socket that a server listens on."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import Unavailable

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8600
#: How many ports are tried when none was asked for.
_TRIED_PORTS: Final = 100
_BACKLOG: Final = 2048


@dataclass(eq=False)
class NoFreePort(Unavailable):
    """No port from {port} to {last} is free on {host}."""

    host: str
    port: int
    last: int

    def hint(self) -> str:
        """How to go on."""
        return "Name another with --port."


def listen(host: str = DEFAULT_HOST, port: int | None = None) -> socket.socket:
    """A listening socket on `port`; without one, on the first that is free from `DEFAULT_PORT` on.

    Raises `NoFreePort`, and OSError for an address or a port that cannot be had.
    """
    return _listening(host, port) if port is not None else _first_free(host)


def _first_free(host: str) -> socket.socket:
    for port in range(DEFAULT_PORT, DEFAULT_PORT + _TRIED_PORTS):
        try:
            return _listening(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise NoFreePort(host, DEFAULT_PORT, DEFAULT_PORT + _TRIED_PORTS - 1)


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
