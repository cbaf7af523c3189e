"""Who asks, and whether they may: a credential becomes a caller, and `matrix.yaml` says what a role may do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tessella.access import MATRIX, Extent
from tessella.domain.identifiers import Role
from tessella.http.conditions import hold_to
from tessella.http.errors import RoleDenied
from tessella.http.once import once_read
from tessella.http.serving import application_of, credentials_of
from tessella.http.session_cookie import credential_of_session
from tessella.ports import Caller, Session


async def admit(request: Request, operation: str) -> Caller:
    """The caller, who may do `operation`. Raises `Unauthenticated`, `RoleDenied`, and what a session's page lacks.

    Does not wait while the credential is remembered and has no conditions. Raises `TooManyRequests` beyond the caller's
    quota, and what `hold_to` raises.
    """
    return await admit_by(request, _credential(request), operation)


async def admit_by(request: Request, credential: bytes, operation: str) -> Caller:
    """The same for a credential that stands elsewhere than in `Authorization`, written as it would be there."""
    caller = await credentials_of(request).caller(credential)
    request.scope["caller"] = caller  # for the log
    request.scope["app"].limits.take(request.scope, caller)
    if caller.conditions is not None:
        await hold_to(request, caller, caller.conditions)
    check_role(caller, operation)
    return caller


def check_role(caller: Caller, operation: str) -> None:
    """Raises `RoleDenied` unless the caller's role may do `operation` at least for its own subject."""
    if MATRIX.may(caller.role, operation) is Extent.NONE:
        allowed = [role for role in Role if MATRIX.may(role, operation) is not Extent.NONE]
        raise RoleDenied(caller.role, operation, ", ".join(allowed))


@asynccontextmanager
async def opened(
    request: Request, operation: str, render: Callable[[Any], Response] | None = None
) -> AsyncIterator[Session]:
    """The session of a caller who may do `operation`. Raises as `admit`.

    With `render` a publish in it takes effect once under the request's Idempotency-Key, if it has one: `render` makes
    the answer of what the publish tells, in its transaction. A request that was answered before ends here.
    """
    caller = await admit(request, operation)
    once = None if render is None else await once_read(request, render)
    async with application_of(request).session(caller, once) as session:
        await session.refuse_replay()
        yield session


def _credential(request: Request) -> bytes:
    """What stands in `Authorization`; without it that of the session in the cookie. Raises as that does."""
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            return bytes(value)
    return credential_of_session(request)
