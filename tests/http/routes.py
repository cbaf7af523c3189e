"""What the router answers to."""

from collections.abc import Iterator

from fastapi import FastAPI
from starlette.routing import BaseRoute, Route


def operations(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route."""
    return set(_walk(app.routes))


def _walk(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Route):
            yield from ((method, route.path_format) for method in route.methods or ())
        else:
            yield from _walk(route.original_router.routes)  # type: ignore[attr-defined]  # FastAPI's included router
