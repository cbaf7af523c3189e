"""Each request's id, and its line in the log."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tessella.http.guards.headers import ALWAYS, Header, missing
from tessella.http.guards.limits import quota_headers
from tessella.logs import REQUEST_ID, get_logger
from tessella.settings import AccessLog

HEADER: Final = b"x-request-id"
_SANE: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
#: What a caller's own id must not look like, as it is logged: a key, session or link of ours, or a JWT's first part.
_SECRET: Final = (b"tess_", b"tses_", b"tlnk_", b"eyJ")
_SLOW_SECONDS: Final = 1.0
_LOG: Final = get_logger(__name__)

#: Ids that we make: a random part for the process, and a number.
_PROCESS: Final = secrets.token_hex(6)
_NUMBERS: Final = count(1)


def begin(scope: Scope) -> bytes:
    """Give the request its id: the caller's own when it is a plain word, else a new one."""
    for name, value in scope["headers"]:
        if name == HEADER and _SANE.fullmatch(value) and not value.startswith(_SECRET):
            REQUEST_ID.set(value.decode())
            return bytes(value)
    made = new_id()
    REQUEST_ID.set(made)
    return made.encode()


def new_id() -> str:
    """An id that no other request has."""
    return f"{_PROCESS}{next(_NUMBERS):08x}"


def _logs_nothing(_: int, __: float) -> bool:
    return False


def _logs_trouble(status: int, began: float) -> bool:
    return status >= 500 or perf_counter() - began > _SLOW_SECONDS


def _logs_all(_: int, __: float) -> bool:
    return True


#: Which answered requests get a line, by the setting.
_CHOICES: Final[Mapping[AccessLog, Callable[[int, float], bool]]] = {
    "off": _logs_nothing,
    "errors": _logs_trouble,
    "all": _logs_all,
}


class RequestLog:
    """One line a request, for those that are to have one."""

    def __init__(self, choice: AccessLog) -> None:
        self._takes = _CHOICES[choice]

    def note(self, scope: Scope, route: str, status: int, began: float) -> None:
        """A request was answered. The line has names of ours and numbers: no path, no query, no body."""
        if not self._takes(status, began):
            return
        caller = scope.get("caller")
        _LOG.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round((perf_counter() - began) * 1000, 2),
            namespace=caller and caller.namespace,
            role=caller and str(caller.role),
        )


@dataclass(frozen=True, slots=True)
class Around:
    """What is around every answer."""

    log: RequestLog
    #: Headers of every answer that does not set them itself.
    headers: tuple[Header, ...] = ALWAYS


class Tracing:
    """Middleware around everything: an id and the headers of all for each answer, and its line in the log."""

    def __init__(self, app: ASGIApp, around: Around) -> None:
        self._app = app
        self._around = around

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, traced = perf_counter(), _Traced(send, begin(scope), lambda: self._of_all(scope))
        try:
            await self._app(scope, receive, traced.send)
        finally:
            self._around.log.note(scope, getattr(scope.get("route"), "path_format", ""), traced.status, began)

    def _of_all(self, scope: Scope) -> tuple[Header, ...]:
        return (*self._around.headers, *quota_headers(scope))


class _Traced:
    """What is sent for one request: it gets the id and the headers of all, and its status is noted."""

    def __init__(self, send: Send, request_id: bytes, of_all: Callable[[], tuple[Header, ...]]) -> None:
        self._send = send
        self._request_id = request_id
        self._of_all = of_all
        #: 500 as long as nothing was answered.
        self.status: int = HTTPStatus.INTERNAL_SERVER_ERROR

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = list(message.get("headers", ()))
            message = {**message, "headers": [*own, *missing(own, self._of_all()), (HEADER, self._request_id)]}
        await self._send(message)
