"""Where to find a source's PostgreSQL, and as whom: the declared location with the credentials of the environment."""

from __future__ import annotations

from itertools import cycle
from typing import Any, Final
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import CredentialsMissing, LocationRefused
from tessella.domain.own_places import OwnPlaces
from tessella.warehouse.engines.credentials import Credentials
from tessella.warehouse.engines.driver import CONNECT_SECONDS
from tessella.warehouse.engines.locations import check_reach

#: What a location may say. Others name files of this machine, or secrets.
_ALLOWED: Final = {"host", "port", "dbname", "user", "sslmode", "target_session_attrs"}
_PORT: Final = "5432"
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
    check_servers(said, credentials.places)
    user, password = credentials.user or said.get("user"), credentials.password or credentials.token
    if not user or not password:
        needed = f"{credentials.variables('user', 'password')}; or {credentials.variables('dsn')}"
        raise CredentialsMissing(source.source_id, needed)
    return said | {"user": user, "password": password}


def check_servers(said: Parameters, places: OwnPlaces) -> None:
    """Raises `LocationRefused` for a database that is none of the namespace's: it would be sent the password.

    libpq tries several servers, each at a port of its own or all at the same.
    """
    hosts, ports = (f"{said.get(name, '')}".split(",") for name in ("host", "port"))
    database = quote(f"{said.get('dbname', '')}", safe="")
    for host, port in zip(hosts, cycle(each or _PORT for each in ports)):
        server = f"postgresql://{quote(host, safe='/:' if host.startswith('/') else ':')}"
        unsaid = [f"{server}/{database}"] if port == _PORT else []
        check_reach(places, f"{server}:{port}/{database}", *unsaid)


def _parsed(text: str, problem: str) -> Parameters:
    """The parts of a connection string. The driver's own words may hold a part that is a secret."""
    try:
        return dict(conninfo_to_dict(text))
    except psycopg.ProgrammingError:
        raise LocationRefused(problem) from None
