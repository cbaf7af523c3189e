"""The admin app below `/app/`: its files, and its start page for every other address there."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tessella.http.errors import NoSuchPath
from tessella.http.pages import START, UNCHANGING, Page, Pages, built_pages

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Tessella</title>
<h1>The admin pages are not built yet</h1>
<p><code>make demo</code> builds them while it runs, in about a minute. Elsewhere run <code>make ui</code> in Tessella's
folder. This page looks again by itself. The API is there: <a href="/docs">its documentation</a>.</p>
"""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def bare_address() -> Response:
    """Where somebody lands who has the address only."""
    return RedirectResponse("/app/")


@router.get("/app")
async def start_page() -> Response:
    """The app."""
    return start_of(built_pages())


@router.get("/app/{path:path}")
async def page_of_app(request: Request, path: str) -> Response:
    """A file, or the app at one of its own addresses. Raises `NoSuchPath` for a file that was not built."""
    pages = built_pages()
    page = None if path == START else pages.by_path.get(path)
    if page is not None:
        return file_answer(request, page)
    if path.startswith(UNCHANGING):
        raise NoSuchPath(request.scope["path"])
    return start_of(pages)


def start_of(pages: Pages) -> Response:
    """The start page. It is never kept, as each one has a nonce of its own."""
    start = pages.start()
    if start is None:
        return Response(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE, _headers("none"), "text/html")
    body, nonce = start
    return Response(body, 200, _headers(nonce), "text/html")


def file_answer(request: Request, page: Page) -> Response:
    """A file, unless the browser has it already."""
    headers = {**_ALWAYS, "Cache-Control": page.cache, "ETag": page.etag, "Vary": "Accept-Encoding"}
    if page.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if page.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(page.packed, 200, {**headers, "Content-Encoding": "gzip"}, page.media_type)
    return Response(page.body, 200, headers, page.media_type)


def _headers(nonce: str) -> dict[str, str]:
    return {**_ALWAYS, "Content-Security-Policy": _POLICY.format(nonce=nonce), "Cache-Control": "no-store"}
