"""The few endpoints that carry the load: plain Starlette routes, described for the OpenAPI document by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class HotRoute:
    """One POST endpoint. Its docstring is its summary and description."""

    path: str
    endpoint: Callable[[Request], Awaitable[Response]]
    tag: str
    #: Names of schemas.
    body: str
    answer: str
    status: int = 200

    def route(self) -> Route:
        """As the router takes it."""
        return Route(self.path, self.endpoint, methods=["POST"])
