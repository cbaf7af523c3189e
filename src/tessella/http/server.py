"""Serve over HTTP in this process."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from tessella.bootstrap import Application
from tessella.http.app import create_app
from tessella.http.draining import drain
from tessella.http.metrics import Slot
from tessella.http.metrics.watching import AnswerWatch, RankingWatch
from tessella.http.protocol import SWEEPS_A_SECOND, Protocol, sweep

_GOODBYE_SECONDS: Final = 10
#: As often uvicorn looks whether it is to end.
_TICKS_A_SECOND: Final = 10
WhenReady = Callable[[], None]


def _nobody_waits() -> None:
    """Nobody waits for the server to be ready."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How to serve."""

    #: Called when connections are accepted.
    when_ready: WhenReady = _nobody_waits
    #: Unfinished requests of one peer that are waited for; 0 for any number.
    half_open_per_peer: int = 0


class _Server(uvicorn.Server):
    """Returns when a signal has ended it. uvicorn's own raises the signal again, before anybody has cleaned up."""

    def __init__(self, config: uvicorn.Config, serving: Serving) -> None:
        super().__init__(config)
        self._serving = serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._serving.when_ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % (_TICKS_A_SECOND // SWEEPS_A_SECOND) == 0:
            sweep(self.server_state.connections, self._serving.half_open_per_peer)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await drain(self.server_state.connections, lambda: self.force_exit)
        await super().shutdown(sockets)

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
    application: Application,
    listening: socket.socket,
    when_ready: WhenReady = _nobody_waits,
    slot: Slot | None = None,
) -> None:
    """Answer requests until SIGTERM or SIGINT; requests that were sent before are finished first.

    `slot` is the worker's place among others.
    """
    app = create_app(application, slot)
    answers, rankings = AnswerWatch(application, app.metrics), RankingWatch(application, app.metrics)
    async with app.metrics.shared(), answers.watching(), rankings.watching():
        await serve_app(app, listening, Serving(when_ready, application.settings.half_open_per_peer))
    await app.credentials.close()


async def serve_app(app: ASGIApp, listening: socket.socket, serving: Serving | None = None) -> None:
    """The same for an application that was made before."""
    config = uvicorn.Config(
        app, http=Protocol, ws="none", lifespan="off", log_config=None, log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=_GOODBYE_SECONDS, proxy_headers=False,
    )  # fmt: skip
    await _Server(config, serving or Serving()).serve(sockets=[listening])
