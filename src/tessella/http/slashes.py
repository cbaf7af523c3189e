"""A path means the same with and without a slash at its end, without a redirect; one with a NUL names nothing."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from tessella.domain.errors import WrongShape
from tessella.http.problems import answer_problem


class WithoutLastSlash:
    """Middleware that takes the slash off, and refuses what cannot be the name of anything that is stored."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "/")
        if "\0" in path:
            await answer_problem(WrongShape("", "The path holds the character NUL.", ""))(scope, receive, send)
            return
        if path[-1:] == "/" and path != "/":
            scope["path"] = path[:-1]
        await self._app(scope, receive, send)
