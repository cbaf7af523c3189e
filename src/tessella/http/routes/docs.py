"""The documentation of the API: the OpenAPI document, and a page that shows it. All of it is served from here."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_PAGE: Final = files("tessella.http") / "docs_page"
_NOTHING_FOREIGN: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def openapi_document(request: Request) -> Response:
    """The document."""
    document: dict[str, Any] = request.app.openapi()
    return JSONResponse(document)


@router.get("/docs")
async def page() -> Response:
    """The page."""
    return _file("index.html", "text/html")


@router.get("/docs/page.js")
async def script() -> Response:
    """What the page does."""
    return _file("page.js", "text/javascript")


@router.get("/docs/page.css")
async def style() -> Response:
    """How the page looks."""
    return _file("page.css", "text/css")


def _file(name: str, media_type: str) -> Response:
    return Response((_PAGE / name).read_bytes(), 200, _NOTHING_FOREIGN, media_type)
