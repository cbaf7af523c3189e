"""The session of a browser: its cookie, and what a page has to show that it may use it.

A browser sends a cookie whoever made the request. So whatever is no mere reading has to prove that a page of ours made
it: by a token that only such a page can read, and by what the browser says of the page.
Source: https://owasp.org/www-community/attacks/csrf; https://www.w3.org/TR/fetch-metadata.
"""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from tessella.domain.errors.sign_ins import ForeignPage, NoSession, WrongCsrfToken
from tessella.domain.identity.sign_ins import SignIn
from tessella.http.errors import NoCredential
from tessella.http.peer import is_encrypted
from tessella.http.serving import application_of
from tessella.ports.clock import present

COOKIE: Final = "tessella_session"
CSRF_HEADER: Final = "x-csrf-token"

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: What a browser says of a page of ours, and of an address that somebody typed.
_OURS: Final = frozenset({"same-origin", "none"})


def credential_of_session(request: Request) -> bytes:
    """What the request's cookie stands for, as it would be written in `Authorization`.

    Raises `NoCredential` without a cookie, `SessionUnknown`, `SessionEnded`, and, of what is no mere reading,
    `ForeignPage` and `WrongCsrfToken`.
    """
    try:
        signed_in = session_of(request)
    except NoSession:
        raise NoCredential from None
    if request.scope["method"] not in _READING:
        check_page(request)
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), signed_in.token.encode()):
            raise WrongCsrfToken
    return written(signed_in.credential)


def session_of(request: Request) -> SignIn:
    """The session in the cookie. Raises `NoSession`, `SessionUnknown` and `SessionEnded`."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise NoSession
    return application_of(request).sign_ins.session(cookie, present())


def written(credential: str) -> bytes:
    """A credential as it is written in `Authorization`."""
    return b"Bearer " + credential.encode("latin-1", "replace")


def check_page(request: Request) -> None:
    """Raises `ForeignPage` for a request that a page of another site made, as far as the browser says.

    Browsers say it to addresses that they trust, by `Sec-Fetch-Site`, which no page can set; to others by `Origin`.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        if site not in _OURS:
            raise ForeignPage(f"Sec-Fetch-Site is {site[:20]}")
    elif origin is not None and not _is_host(origin, request.headers.get("host", "")):
        raise ForeignPage("Origin is another")


def set_cookie(request: Request, response: Response, value: str, seconds: int) -> None:
    """Have the browser keep a session for so long; 0: let go of it."""
    is_secure = is_encrypted(request.scope, application_of(request).settings)
    response.set_cookie(COOKIE, value, seconds, path="/", secure=is_secure, httponly=True, samesite="strict")


def _is_host(origin: str, host: str) -> bool:
    """Whether an origin is that of the host that was asked. How a proxy was asked, by TLS or not, is not compared."""
    try:
        return urlsplit(origin).netloc.lower() == host.lower() != ""
    except ValueError:
        return False
