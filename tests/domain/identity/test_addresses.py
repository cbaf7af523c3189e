"""From where a key may be used, and whom a proxy is believed."""

from ipaddress import ip_address

import pytest

from tessella.domain.errors import WrongShape
from tessella.domain.identity.addresses import MOST_NETWORKS, client_address, is_within, read_address, read_networks

PROXIES = read_networks(["10.0.0.0/8", "2001:db8:ffff::/48"])


@pytest.mark.parametrize(("address", "is_in"), [
    ("203.0.113.0", True), ("203.0.113.255", True), ("203.0.114.0", False), ("2001:db8::1", True),
    ("2001:db8::2", False), ("::ffff:203.0.113.9", True), ("::ffff:203.0.114.9", False),
])  # fmt: skip
def test_an_address_is_within_the_networks_of_its_kind(address: str, is_in: bool) -> None:
    networks = read_networks(["203.0.113.0/24", "2001:db8::1"])
    assert is_within(read_address(address), networks) is is_in


@pytest.mark.parametrize("text", ["", "10.0.0.1/8", "10.0.0/8", "010.0.0.1", "localhost", "10.0.0.0/33", "::/129", "1"])
def test_what_is_no_network_is_pointed_at(text: str) -> None:
    with pytest.raises(WrongShape) as refused:
        read_networks(["10.0.0.0/8", text], "/allowed_addresses")
    assert refused.value.pointer == "/allowed_addresses/1"


def test_a_key_has_a_bounded_number_of_networks() -> None:
    assert len(read_networks(["10.0.0.1"] * MOST_NETWORKS)) == MOST_NETWORKS
    with pytest.raises(WrongShape, match="64"):
        read_networks(["10.0.0.1"] * (MOST_NETWORKS + 1))


@pytest.mark.parametrize(("peer", "forwarded", "client"), [
    ("198.51.100.1", "", "198.51.100.1"),
    ("198.51.100.1", "203.0.113.5", "198.51.100.1"),
    ("10.0.0.1", "", "10.0.0.1"),
    ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
    ("10.0.0.1", "192.0.2.1, 203.0.113.5", "203.0.113.5"),
    ("10.0.0.1", "192.0.2.1,203.0.113.5 , 10.9.9.9", "203.0.113.5"),
    ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
    ("::ffff:10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
    ("2001:db8:ffff::1", "2001:db8::5", "2001:db8::5"),
    ("10.0.0.1", "203.0.113.5, who knows", None),
    ("10.0.0.1", "192.0.2.1:1, 203.0.113.5:443", "203.0.113.5"),
    ("10.0.0.1", "[2001:db8::5]:443", "2001:db8::5"),
    ("10.0.0.1", "203.0.113.5:", None),
    ("10.0.0.1", ",", None),
    (None, "203.0.113.5", None),
])  # fmt: skip
def test_only_what_trusted_proxies_have_added_is_believed(peer, forwarded, client) -> None:
    found = client_address(peer, forwarded, PROXIES)
    assert found == (None if client is None else ip_address(client))


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert client_address("10.0.0.1", "203.0.113.5", ()) == ip_address("10.0.0.1")
