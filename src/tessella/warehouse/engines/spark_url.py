"""Where to find a source's Spark, and as whom: a URL of Spark Connect."""

from __future__ import annotations

import socket
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import CredentialsMissing, LocationRefused, SourceAway
from tessella.domain.own_places import OwnPlaces
from tessella.warehouse.engines.credentials import Credentials
from tessella.warehouse.engines.driver import CONNECT_SECONDS
from tessella.warehouse.engines.locations import check_reach

#: What a location may say after `/;`.
_ALLOWED: Final = {"use_ssl", "user_id", "session_id"}
_PORT: Final = 15002


def connect_url(source: CustomerSource, credentials: Credentials) -> str:
    """The URL with the token, if there is one. Raises `LocationRefused` and `CredentialsMissing`.

    A `_DSN` says everything itself.
    """
    if credentials.dsn:
        return credentials.dsn
    if not source.location:
        raise CredentialsMissing(source.source_id, credentials.variables("dsn"))
    if refused := sorted(_said(source.location).keys() - _ALLOWED):
        raise LocationRefused(f"it cannot say {', '.join(refused)}", f"It may say {', '.join(sorted(_ALLOWED))}.")
    check_server(source.location, credentials.places)
    secrets = {"token": credentials.token or credentials.password, "user_id": credentials.user}
    added = "".join(f";{name}={quote(value)}" for name, value in secrets.items() if value)
    joint = "" if "/;" in source.location else "/" if added else ""
    return source.location.rstrip("/;") + joint + added


def check_server(location: str, places: OwnPlaces) -> None:
    """Raises `LocationRefused` for a server that is none of the namespace's: it would be sent the token."""
    server = urlsplit(location).netloc.removesuffix(f":{_PORT}")
    check_reach(places, *(f"sc://{each}" for each in ([server] if ":" in server else [f"{server}:{_PORT}", server])))


def check_listens(url: str, source: CustomerSource) -> None:
    """Raises `SourceAway` when nobody takes a connection there: Spark's client would go on for ten minutes."""
    parts = urlsplit(url)
    try:
        address = parts.hostname or "", parts.port or _PORT
        with socket.create_connection(address, CONNECT_SECONDS):
            pass
    except (OSError, ValueError) as error:
        raise SourceAway(source.source_id, f"no connection can be made: {error}") from None


def _said(location: str) -> dict[str, str]:
    """The parameters of the URL."""
    pairs = urlsplit(location).path.removeprefix("/").strip(";").split(";")
    return {unquote(name): value for name, _, value in (each.partition("=") for each in pairs if each)}
