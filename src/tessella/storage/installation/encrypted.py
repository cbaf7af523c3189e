"""Connections to your own database, as protected as `TESSELLA_DATABASE_TLS` asks for."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tessella.settings import SettingInvalid
from tessella.settings.hardening import HardeningSettings

_VERIFIED: Final = "verify-full"
#: libpq's word for the authorities that the system trusts.
_OF_THE_SYSTEM: Final = "system"


def encrypted(dsn: str, settings: HardeningSettings, variable: str) -> str:
    """The connection string, which verifies the server's certificate and name where the settings ask for it.

    Raises `SettingInvalid` for one that asks for less itself: `variable` is where it stands. A socket on this machine
    needs no encryption, and libpq uses none there.
    """
    parts = conninfo_to_dict(dsn)
    if settings.database_tls != _VERIFIED or is_local(parts):
        return dsn
    asked = parts.get("sslmode", _VERIFIED)
    if asked != _VERIFIED:
        problem = f"it asks for sslmode={asked}, and TESSELLA_DATABASE_TLS for {_VERIFIED}: take sslmode out of it"
        raise SettingInvalid(variable, problem)
    root = settings.database_root_certificate or parts.get("sslrootcert") or _OF_THE_SYSTEM
    return make_conninfo(dsn, sslmode=_VERIFIED, sslrootcert=str(root))


def is_private(connection: Connection[Any]) -> bool:
    """Whether nobody on the way can read a connection: it is encrypted, or stays on this machine."""
    if connection.pgconn.ssl_in_use or connection.info.host.startswith(("/", "@")):
        return True
    return ip_address(connection.info.hostaddr).is_loopback


def is_local(parts: Mapping[str, Any]) -> bool:
    """Whether all hosts of a connection string are sockets of this machine.

    >>> is_local({"host": "/var/run/postgresql"}), is_local({"host": "/run,db.internal"}), is_local({})
    (True, False, False)
    """
    hosts = str(parts.get("host") or "").split(",")
    return not parts.get("hostaddr") and all(each.startswith(("/", "@")) for each in hosts)
