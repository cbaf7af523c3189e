"""From where a request comes, and whether a key may be used from there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Pointer, point

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Some proxies tell the port too.
_WITH_PORT: Final = re.compile(r"(?:([0-9.]+)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]{1,5})?")
#: So many networks one key may be bound to.
MOST_NETWORKS: Final = 64


def read_networks(written: Sequence[str], at: Pointer = "") -> tuple[Network, ...]:
    """Networks as CIDR; an address alone is a network of one. Raises `WrongShape`, which points below `at`.

    >>> read_networks(["10.0.0.0/8", "192.0.2.7"])
    (IPv4Network('10.0.0.0/8'), IPv4Network('192.0.2.7/32'))
    >>> read_networks(["10.0.0.1/8"])
    Traceback (most recent call last):
    ...
    tessella.domain.errors.definitions.WrongShape: "10.0.0.1/8" is no network, but an address with a length.
    """
    if len(written) > MOST_NETWORKS:
        raise WrongShape(at, f"There may be {MOST_NETWORKS} networks at most.", "Join them to larger ones.")
    return tuple(_network(text, point(at, number)) for number, text in enumerate(written))


def _network(text: str, at: Pointer) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        pass
    try:
        around = ip_network(text, strict=False)
    except ValueError:
        such_as = 'Such as "203.0.113.0/24" or "2001:db8::1".'
        raise WrongShape(at, f'"{text}" is no network and no address.', such_as) from None
    one = text.partition("/")[0]
    raise WrongShape(at, f'"{text}" is no network, but an address with a length.', f'Write "{around}" or "{one}".')


def is_within(address: Address | None, networks: Iterable[Network]) -> bool:
    """Whether an address lies in one of some networks; one that is not known lies in none.

    >>> is_within(ip_address("10.1.2.3"), read_networks(["10.0.0.0/8"])), is_within(None, read_networks(["0.0.0.0/0"]))
    (True, False)
    """
    return address is not None and any(address in each for each in networks)


def client_address(peer: str | None, forwarded: str, trusted: Sequence[Network]) -> Address | None:
    """Whose request it is: the peer itself, or, where that is a trusted proxy, whom it has named.

    `forwarded` is the value of `X-Forwarded-For`: each proxy adds on the right whom it was asked by. So it is read from
    the right as long as those who added are trusted; what stands left of the first stranger anybody could have written.
    An entry that is no address ends it with None. IPv4 inside IPv6 counts as IPv4.

    >>> proxies = read_networks(["10.0.0.0/8"])
    >>> client_address("10.0.0.1", "192.0.2.9, 203.0.113.5, 10.0.0.2", proxies)
    IPv4Address('203.0.113.5')
    >>> client_address("198.51.100.1", "203.0.113.5", proxies)
    IPv4Address('198.51.100.1')
    """
    address = read_address(peer or "")
    entries = [each.strip() for each in forwarded.split(",")] if forwarded else []
    while entries and is_within(address, trusted):
        address = read_address(entries.pop())
    return address


def read_address(text: str) -> Address | None:
    """An address from text, which may have a port; None for what is none.

    >>> read_address("::ffff:192.0.2.1"), read_address("192.0.2.1:443"), read_address("unix:")
    (IPv4Address('192.0.2.1'), IPv4Address('192.0.2.1'), None)
    """
    with_port = _WITH_PORT.fullmatch(text)
    try:
        address = ip_address(text if with_port is None else with_port[1] or with_port[2])
    except ValueError:
        return None
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return inner or address
