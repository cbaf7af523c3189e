"""The session of a browser: begun with a key, a token or a one-time link, kept in a cookie that no page can read."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella.access import MATRIX, Extent
from tessella.domain.errors import WrongShape
from tessella.domain.errors.identity import InvalidToken
from tessella.domain.errors.sign_ins import KeyWantsSignatures
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant
from tessella.domain.identity.sign_ins import SECOND_US, SESSION_SECONDS, SignIn
from tessella.http.answers import answer, no_content
from tessella.http.auth import admit_by
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described
from tessella.http.schemas.session import SessionBody, SessionShown
from tessella.http.serving import application_of, credentials_of
from tessella.http.session_cookie import check_page, session_of, set_cookie, written
from tessella.ports import Caller
from tessella.ports.clock import present

router = APIRouter(prefix="/api/v1/session", tags=["session"])

#: The operation that every role may do.
_SESSION: Final = "session"


@router.post("", openapi_extra=described(body="SessionBody", answer="SessionShown"))
async def begin_session(request: Request) -> Response:
    """Sign a browser in with an API key, a token or a one-time link. The answer sets the cookie of the session.

    A session lasts 12 hours, and no longer than its token. It ends at once when its key is taken back. Only a page of
    this server may begin one.
    """
    check_page(request)
    body = await read(request, SessionBody, DECISION)
    sign_ins, link = application_of(request).sign_ins, None
    if body.link is not None and body.credential is None:
        link = sign_ins.linked(body.link.strip(), present())
    credential = _credential(body) if link is None else link.credential
    caller = await _proved(request, credential)
    now = present()
    cookie, signed_in = sign_ins.begin(credential, now, await _end(request, credential, now))
    if link is not None:
        await sign_ins.use(link)
    response = answer(_shown(signed_in, caller))
    set_cookie(request, response, cookie, signed_in.seconds)
    return response


@router.get("", openapi_extra=described(answer="SessionShown"))
async def show_session(request: Request) -> Response:
    """Tell who is signed in by the cookie, what they may do, and the token that has to go with every change."""
    signed_in = session_of(request)
    return answer(_shown(signed_in, await admit_by(request, written(signed_in.credential), _SESSION)))


@router.delete("", status_code=204, openapi_extra=described(status=204))
async def end_session(request: Request) -> Response:
    """Sign out: the browser lets go of the cookie. To end sessions elsewhere, take their key back."""
    check_page(request)
    response = no_content()
    set_cookie(request, response, "", 0)
    return response


def _credential(body: SessionBody) -> str:
    """Raises `WrongShape` unless there is one thing to sign in with."""
    if body.credential is None or body.link is not None:
        raise WrongShape("", "A session begins with one of credential and link.", 'Such as {"credential": "tess_..."}.')
    return body.credential.strip()


async def _proved(request: Request, credential: str) -> Caller:
    """Who it speaks for. Raises `KeyWantsSignatures`, and as `admit_by`."""
    header, credentials = written(credential), credentials_of(request)
    conditions = (await credentials.caller(header)).conditions
    if conditions is not None and conditions.sealed_secret is not None:
        raise KeyWantsSignatures
    return await admit_by(request, header, _SESSION)


async def _end(request: Request, credential: str, now: Instant) -> Instant:
    """When its session ends. Raises `InvalidToken` for a token that holds by the leeway of clocks only."""
    usual = Instant(now + SESSION_SECONDS * SECOND_US)
    own = await credentials_of(request).end(credential)
    if own is not None and own <= now:
        raise InvalidToken("it has expired (exp)")
    return usual if own is None else min(usual, own)


def _shown(signed_in: SignIn, caller: Caller) -> SessionShown:
    reach = {name: MATRIX.may(caller.role, name) for name in sorted(MATRIX.operations)}
    operations = {name: extent for name, extent in reach.items() if extent is not Extent.NONE}
    until = iso(signed_in.until)
    return SessionShown(caller.namespace, caller.role, caller.subject_id, signed_in.token, until, operations)
