"""The few endpoints that carry the load: described for the OpenAPI document by hand, and served past the framework.

Its middleware and routing take as long as a decision. They stay behind for everything else: another method, a slash
at the end, and any path that is not here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from tessella.domain.errors import TessellaError
from tessella.http.guards.limits import quota_headers
from tessella.http.problems import answer_again, answer_problem, answer_unexpected
from tessella.http.tracing import HEADER, Around, begin
from tessella.logs import get_logger
from tessella.ports import AlreadyAnswered

_LOG: Final = get_logger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class HotRoute:
    """One POST endpoint. Its docstring is its summary and description."""

    #: A part in braces is any text without a slash, and a parameter of that name.
    path: str
    endpoint: Endpoint
    tag: str
    #: Names of schemas.
    body: str
    answer: str
    status: int = 200
    #: Headers that it takes, as the OpenAPI document describes them.
    parameters: tuple[Mapping[str, Any], ...] = ()

    def route(self) -> Route:
        """As the router takes it."""
        return Route(self.path, self.endpoint, methods=["POST"])


class HotPaths:
    """An ASGI application for `POST` to some paths, and another for all the rest."""

    def __init__(self, routes: Iterable[HotRoute], rest: ASGIApp, owner: object, around: Around) -> None:
        """`owner` is what the endpoints find as `scope["app"]`."""
        self._routes = {each.path: each for each in routes}
        self._patterns = [(compile_path(each.path)[0], each) for each in self._routes.values() if "{" in each.path]
        self._rest = rest
        self._owner = owner
        self._around = around

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        route = self._route(scope) if is_post else None
        if route is None:
            await self._rest(scope, receive, send)
        else:
            await self._trace(route, scope, receive, send)

    def _route(self, scope: Scope) -> HotRoute | None:
        """The route of a path. The parts that it names go into the scope."""
        path: str = scope["path"]
        if (found := self._routes.get(path)) is not None:
            return found
        for pattern, route in self._patterns:
            if (matched := pattern.match(path)) is not None:
                scope["path_params"] = matched.groupdict()
                return route
        return None

    async def _trace(self, route: HotRoute, scope: Scope, receive: Receive, send: Send) -> None:
        began, request_id = perf_counter(), begin(scope)
        response = await self._answer(route, scope, receive)
        response.raw_headers += (*self._around.headers, *quota_headers(scope), (HEADER, request_id))
        await response(scope, receive, send)
        self._around.log.note(scope, route.path, response.status_code, began)

    async def _answer(self, route: HotRoute, scope: Scope, receive: Receive) -> Response:
        scope["app"] = self._owner
        request = Request(scope, receive)
        try:
            return await route.endpoint(request)
        except TessellaError as error:
            return answer_problem(error)
        except AlreadyAnswered as earlier:
            return answer_again(earlier)
        except Exception as error:  # noqa: BLE001 - the outermost loop of a request: the client gets a 500, we a line
            _LOG.error("request_failed", exc_info=error)
            return await answer_unexpected(request, error)
