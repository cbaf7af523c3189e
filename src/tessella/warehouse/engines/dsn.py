"""Where to find a source's PostgreSQL, and as whom: the declared location with the credentials of the environment."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import CredentialsMissing, LocationRefused
from tessella.warehouse.engines.credentials import Credentials
from tessella.warehouse.engines.driver import CONNECT_SECONDS

#: What a location may say. Others name files of this machine, or secrets.
_ALLOWED: Final = {"host", "hostaddr", "port", "dbname", "user", "sslmode", "target_session_attrs"}
#: The link is given up when the other side has not answered for so long. It is the operating system that looks.
_LINK: Final = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}

Parameters = dict[str, Any]


def connection_parameters(source: CustomerSource, credentials: Credentials) -> Parameters:
    """What libpq is to be told. Raises `LocationRefused` and `CredentialsMissing`.

    A `_DSN` says everything itself. Else libpq's own sources of a user and a password are not asked: they are ours.
    """
    if credentials.dsn:
        said = _parsed(credentials.dsn, f"{credentials.variables('dsn')} is no connection string")
    else:
        said = _declared(source, credentials)
    link = {"connect_timeout": int(CONNECT_SECONDS), "client_encoding": "utf8", "application_name": "tessella"}
    return link | _LINK | said


def _declared(source: CustomerSource, credentials: Credentials) -> Parameters:
    said = _parsed(source.location, "it is no connection string")
    if refused := sorted(said.keys() - _ALLOWED):
        advice = f"It may say {', '.join(sorted(_ALLOWED))}."
        raise LocationRefused(f"it cannot say {', '.join(refused)}", advice)
    user, password = credentials.user or said.get("user"), credentials.password or credentials.token
    if not user or not password:
        needed = f"{credentials.variables('user', 'password')}; or {credentials.variables('dsn')}"
        raise CredentialsMissing(source.source_id, needed)
    return said | {"user": user, "password": password}


def _parsed(text: str, problem: str) -> Parameters:
    """The parts of a connection string. The driver's own words may hold a part that is a secret."""
    try:
        return dict(conninfo_to_dict(text))
    except psycopg.ProgrammingError:
        raise LocationRefused(problem) from None
