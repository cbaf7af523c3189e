"""The socket that a server listens on."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import Unavailable

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8600
#: How many ports after the wanted one are tried.
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
