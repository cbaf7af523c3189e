"""What settings say of tokens and proxies, and which of them go together."""

from ipaddress import ip_network

import pytest

from tessella.domain.errors import Faults
from tessella.settings import read_settings

WHOLE = {
    "TESSELLA_JWT_ISSUER": "https://login.example", "TESSELLA_JWT_AUDIENCE": "tessella",
    "TESSELLA_JWT_SECRET": "s" * 32,
}  # fmt: skip


@pytest.fixture
def said(monkeypatch):
    """Sets variables, and reads the settings."""

    def read(**variables: str):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return read_settings()

    return read


def test_tokens_are_accepted_of_an_issuer_for_an_audience_by_a_key(said):
    assert not read_settings().accepts_tokens
    assert said(**WHOLE).accepts_tokens


@pytest.mark.parametrize(("left_out", "problem"), [
    ("TESSELLA_JWT_ISSUER", "TESSELLA_JWT_ISSUER"), ("TESSELLA_JWT_AUDIENCE", "TESSELLA_JWT_AUDIENCE"),
    ("TESSELLA_JWT_SECRET", "there is no key"),
])  # fmt: skip
def test_half_an_issuer_is_refused(said, left_out, problem):
    with pytest.raises(Faults, match=problem):
        said(**{name: value for name, value in WHOLE.items() if name != left_out})


@pytest.mark.parametrize(("name", "value"), [
    ("JWT_SECRET", "x" * 31), ("JWT_SECRET_BEFORE", "x" * 31), ("JWT_LEEWAY_SECONDS", "31"),
    ("JWT_ALGORITHMS", "none"), ("JWT_ALGORITHMS", "HS256,HS384"), ("JWT_ALGORITHMS", ","),
    ("JWT_JWKS_URL", "http://login.example/jwks"), ("JWT_JWKS_URL", "file:///etc/passwd"),
    ("JWT_JWKS_URL", "http://127.0.0.1.evil.example/jwks"), ("JWT_JWKS_URL", "http://localhost@evil.example/jwks"),
    ("JWT_NAMESPACE", "My Shop"), ("TRUSTED_PROXIES", "10.0.0.0/8, proxy"), ("TRUSTED_PROXIES", "10.0.0.1/8"),
])  # fmt: skip
def test_what_cannot_be_is_refused_by_name(said, name, value):
    with pytest.raises(Faults, match=f"TESSELLA_{name}"):
        said(**WHOLE | {f"TESSELLA_{name}": value})


def test_a_short_secret_is_told_how_long_it_has_to_be(said):
    with pytest.raises(Faults, match="TESSELLA_JWT_SECRET cannot be used: it has 31 characters, and needs 32 or more"):
        said(**WHOLE | {"TESSELLA_JWT_SECRET": "x" * 31})


@pytest.mark.parametrize("url", [
    "https://login.example/jwks", "http://127.0.0.1:8080/jwks", "http://localhost/jwks", "http://[::1]:1/jwks",
])  # fmt: skip
def test_keys_are_read_over_https_or_from_this_machine(said, url):
    assert said(**WHOLE, TESSELLA_JWT_JWKS_URL=url).jwt_jwks_url == url


def test_proxies_are_addresses_and_networks(said):
    networks = said(TESSELLA_TRUSTED_PROXIES="10.0.0.0/8, 2001:db8::1").trusted_networks
    assert networks == (ip_network("10.0.0.0/8"), ip_network("2001:db8::1/128"))
