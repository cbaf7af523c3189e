"""Whose request it is: the address that it came from, past the proxies that are trusted."""

from __future__ import annotations

from starlette.types import Scope

from tessella.domain.identity.addresses import Address, client_address
from tessella.settings import Settings

_FORWARDED = b"x-forwarded-for"


def sender(scope: Scope, settings: Settings) -> Address | None:
    """The client's address; None where the server was asked by no address, or by a proxy that names none."""
    client = scope.get("client")
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == _FORWARDED]
    return client_address(None if client is None else client[0], ",".join(named), settings.trusted_networks)
