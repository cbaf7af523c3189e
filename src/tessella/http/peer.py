"""Whose request it is and how it came: past the proxies that are trusted."""

from __future__ import annotations

from starlette.types import Scope

from tessella.domain.identity.addresses import Address, client_address, is_within, read_address
from tessella.settings import Settings

_FORWARDED = b"x-forwarded-for"
_SCHEME = b"x-forwarded-proto"


def sender(scope: Scope, settings: Settings) -> Address | None:
    """The client's address; None where the server was asked by no address, or by a proxy that names none."""
    client = scope.get("client")
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == _FORWARDED]
    return client_address(None if client is None else client[0], ",".join(named), settings.trusted_networks)


def is_encrypted(scope: Scope, settings: Settings) -> bool:
    """Whether the client came by TLS: to us, or to a trusted proxy that says so in `X-Forwarded-Proto`."""
    if scope.get("scheme") == "https":
        return True
    client = scope.get("client")
    named = {value.strip().lower() for name, value in scope["headers"] if name == _SCHEME}
    return named == {b"https"} and client is not None and is_within(read_address(client[0]), settings.trusted_networks)
