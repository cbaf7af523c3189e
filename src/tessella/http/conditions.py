"""What a request of a bound key has to meet: to come from its networks, and to be signed."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from tessella.bootstrap import Application
from tessella.domain.errors.identity import AddressNotAllowed, NotSigned
from tessella.domain.identity.addresses import is_within
from tessella.domain.identity.keys import KeyConditions
from tessella.domain.identity.signing import SignedRequest, read_signed
from tessella.http.bodies import remembered
from tessella.http.caps import BATCH
from tessella.http.peer import sender
from tessella.http.serving import application_of
from tessella.ports import Caller
from tessella.ports.clock import present

#: Where a request holds the conditions that it has met: one that is admitted twice is signed once.
_MET: Final = "tessella.met"


async def hold_to(request: Request, caller: Caller, conditions: KeyConditions) -> None:
    """Raises `AddressNotAllowed`, `NotSigned`, `WrongSignature`, `SignedAtAnotherTime` and `Replayed`.

    While the database is away no signed request is taken: `DatabaseAway`.
    """
    if request.scope.get(_MET) is conditions:
        return
    application = application_of(request)
    if conditions.networks:
        _check_address(request, application, conditions)
    if conditions.sealed_secret is not None:
        signed = await _signed(request)
        await application.signatures.take(caller, conditions.sealed_secret, signed, present())
    request.scope[_MET] = conditions


def _check_address(request: Request, application: Application, conditions: KeyConditions) -> None:
    address = sender(request.scope, application.settings)
    if not is_within(address, conditions.networks):
        raise AddressNotAllowed("an unknown address" if address is None else str(address))


async def _signed(request: Request) -> SignedRequest:
    """The request with its whole body, which is read again by whoever answers it."""
    if "content-encoding" in request.headers:
        raise NotSigned("the body is sent as it is, without Content-Encoding")
    body = await remembered(request, BATCH.bytes)
    scope = request.scope
    query = scope["query_string"]
    target: bytes = scope["raw_path"] + (b"?" + query if query else b"")
    return read_signed(scope["method"], target, body, request.headers)
