"""A path means the same with and without a slash at its end, without a redirect."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class WithoutLastSlash:
    """Middleware that takes the slash off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "/")
        if path[-1:] == "/" and path != "/":
            scope["path"] = path[:-1]
        await self._app(scope, receive, send)
