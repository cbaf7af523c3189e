"""Where a webhook may lead: not to the machines beside the server, unless the operator says so.

A name is judged by the addresses that it resolves to, at each delivery (`is_public`). A URL is judged when it is saved:
what can be told without asking anybody.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from tessella.domain.errors import WrongShape

URL_MAX_LENGTH: Final = 2048
_PORTS: Final = {"http": 80, "https": 443}
#: Addresses of IPv6 that are given out to anybody: nothing else is routed on the internet.
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
#: An IPv4 address stands in the last 32 bits: a gateway leads on to it.
_NAT64: Final = IPv6Network("64:ff9b::/96")


class Reach(StrEnum):
    """How far webhooks reach, by the setting `webhook_private_addresses`."""

    PUBLIC = "public"
    #: Private addresses and any port too.
    ANYWHERE = "anywhere"


def check_url(url: str, reach: Reach) -> None:
    """Raises `WrongShape` for a URL that no webhook can have.

    >>> check_url("https://example.com/hook", Reach.PUBLIC)
    >>> check_url("http://127.0.0.1/hook", Reach.ANYWHERE)
    """
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > URL_MAX_LENGTH:
        raise _no_url(f"A URL is up to {URL_MAX_LENGTH} printable characters of ASCII, without spaces.")
    parts = _split(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _no_url("It is no absolute URL with https or http.")
    if "@" in parts.netloc or parts.fragment:
        raise _no_url("It cannot hold a user, a password, or a fragment.")
    address = literal_of(parts.hostname)
    if reach is Reach.PUBLIC:
        _check_public(parts, address)


def literal_of(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is written as; None for a name.

    An address is written as four decimal numbers or as IPv6. Raises `WrongShape` for its other forms, which programs
    read differently: one number, octal, hexadecimal, or fewer parts.

    >>> literal_of("192.0.2.1"), literal_of("example.com")
    (IPv4Address('192.0.2.1'), None)
    """
    try:
        return ip_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2]
        if ":" in host or last.isdigit() or last.startswith("0x"):
            raise _no_url(f'The host "{host}" is neither a name nor an address in its usual form.') from None
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the internet, and so are the addresses that it carries inside.

    >>> [is_public(ip_address(each)) for each in ("93.184.215.14", "10.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::")]
    [True, False, False, False]
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if (inner := _inner(address)) is not None:
        return is_public(inner)
    return address in _GLOBAL_UNICAST and address.is_global


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that a packet to `address` ends at."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = None if address.teredo is None else address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or teredo


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _no_url(f"It cannot be read: {error}.") from None
    return parts


def _check_public(parts: SplitResult, address: IPv4Address | IPv6Address | None) -> None:
    if address is not None and not is_public(address):
        raise _private(f"{address} is no public address.")
    if parts.port not in (None, *_PORTS.values()):
        raise _private(f"The port is {parts.port}; webhooks go to 443 and 80.")
    name = (parts.hostname or "").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        raise _private(f'"{name}" is this machine.')


def _no_url(problem: str) -> WrongShape:
    return WrongShape("/url", problem, 'Such as "https://example.com/hook".')


def _private(problem: str) -> WrongShape:
    return WrongShape("/url", problem, "The setting TESSELLA_WEBHOOK_PRIVATE_ADDRESSES allows any address and port.")
