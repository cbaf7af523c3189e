"""Which pages of other origins may call the API from a browser.

Nothing is ever allowed with credentials of the browser: a caller sends a key or a token, so no page can use another's.
The cookie of a session is for pages of this server only: no page of another may send it, or its X-CSRF-Token.
Source: https://fetch.spec.whatwg.org/#http-cors-protocol.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tessella.http.guards.headers import ALWAYS, Header, missing

_METHODS: Final = b"GET, POST, PUT, PATCH, DELETE"
#: Headers that a page may send, and those that it may read.
_SENT: Final = b"authorization, content-type, content-encoding, idempotency-key, if-match, if-none-match, x-request-id"
_SHOWN: Final = (
    b"etag, idempotent-replayed, link, location, ranking-limit, ratelimit, ratelimit-policy, retry-after, x-request-id"
)
_REMEMBERED_SECONDS: Final = b"600"
_VARY: Final[Header] = (b"vary", b"Origin")


def with_origins(app: ASGIApp, origins: Iterable[str]) -> ASGIApp:
    """The application, open to pages of these origins; the same one where there is none."""
    allowed = frozenset(each.encode() for each in origins)
    return Origins(app, allowed) if allowed else app


class Origins:
    """Middleware that answers what a browser asks ahead, and says of each answer which page may read it."""

    def __init__(self, app: ASGIApp, allowed: frozenset[bytes]) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"")
        told = [_VARY] if origin not in self._allowed else [_VARY, (b"access-control-allow-origin", origin)]
        if len(told) > 1 and scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await _answer_ahead(told, send)
        else:
            await self._app(scope, receive, _Marked(send, told).send)


async def _answer_ahead(told: list[Header], send: Send) -> None:
    allows = [
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _SENT),
        (b"access-control-max-age", _REMEMBERED_SECONDS),
    ]
    headers = [*told, *allows, *missing(told, ALWAYS)]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class _Marked:
    """What is sent for one request."""

    def __init__(self, send: Send, told: list[Header]) -> None:
        self._send = send
        self._told = told

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            shown = [(b"access-control-expose-headers", _SHOWN)] if len(self._told) > 1 else []
            message = {**message, "headers": [*message.get("headers", ()), *self._told, *shown]}
        await self._send(message)
