"""Serve over HTTP in this process."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import uvicorn
import uvloop
from starlette.types import ASGIApp

from tessella.bootstrap import Application
from tessella.http.app import create_app

T = TypeVar("T")

_GOODBYE_SECONDS: Final = 10
#: Decisions wait for the audit's writer in hundreds. At Python's own thresholds each few of them would be a collection
#: of what all of them hold, which costs more than deciding. Hardly anything here is a cycle.
_GC_THRESHOLD: Final = (50_000, 20, 100)


class _Server(uvicorn.Server):
    """Returns when a signal has ended it. uvicorn's own raises the signal again, before anybody has cleaned up."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._when_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self.handle_exit, each, None)
        try:
            yield
        finally:
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(each)


async def serve(
    application: Application, listening: socket.socket, when_ready: Callable[[], None] = lambda: None
) -> None:
    """Answer requests until SIGTERM or SIGINT; requests that are being answered are finished first."""
    await serve_app(create_app(application), listening, when_ready)


async def serve_app(app: ASGIApp, listening: socket.socket, when_ready: Callable[[], None] = lambda: None) -> None:
    """The same for an application that was made before."""
    config = uvicorn.Config(
        app, http="httptools", ws="none", lifespan="off", log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=_GOODBYE_SECONDS, proxy_headers=False,
    )  # fmt: skip
    await _Server(config, when_ready).serve(sockets=[listening])


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a server's main coroutine on the quick event loop."""
    gc.set_threshold(*_GC_THRESHOLD)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
