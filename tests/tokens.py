"""Issuers of tokens for tests: keys of every algorithm, sets of them, and tokens that say anything."""

import base64
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tessella.domain.identity.tokens.claims import TokenRules

ISSUER, AUDIENCE = "https://login.example", "tessella"
SECRET = "a secret of thirty-two bytes or more"
#: 2026-07-01T00:00:00Z, in seconds.
NOW = 1_782_864_000
NOW_US = NOW * 1_000_000


def rules(**changed: Any) -> TokenRules:
    return TokenRules(
        **{"algorithms": frozenset({"HS256", "RS256", "ES256"}), "issuer": ISSUER, "audience": AUDIENCE} | changed
    )


def claims(now: float = NOW, **changed: Any) -> dict[str, Any]:
    """What a good token says; a claim that is changed to None is left out."""
    said = {
        "iss": ISSUER, "aud": AUDIENCE, "iat": int(now), "exp": int(now) + 600, "sub": "h1", "namespace": "shop",
        "role": "client",
    } | changed  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class Signer:
    """A key that signs, and its name."""

    algorithm: str
    key: Any = field(repr=False)
    kid: str | None = None

    def token(self, said: dict[str, Any] | None = None, **header: Any) -> str:
        named = {} if self.kid is None else {"kid": self.kid}
        headers = {name: value for name, value in (named | header).items() if value is not None}
        return jwt.encode(claims() if said is None else said, self.key, self.algorithm, headers)

    def jwk(self, **changed: Any) -> dict[str, Any]:
        """The public half, as sets list it."""
        kind = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm}[self.algorithm]
        named = {} if self.kid is None else {"kid": self.kid}
        return (
            kind.to_jwk(self.key.public_key(), as_dict=True) | {"alg": self.algorithm, "use": "sig"} | named | changed
        )

    def pem(self) -> str:
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return str(self.key.public_key().public_bytes(encoding, form).decode())


def key_set(*signers: Signer) -> bytes:
    return json.dumps({"keys": [each.jwk() for each in signers]}).encode()


@cache
def rsa_signer(kid: str | None = "rsa-1", bits: int = 2048) -> Signer:
    return Signer("RS256", rsa.generate_private_key(65537, bits), kid)


@cache
def ec_signer(kid: str | None = "ec-1") -> Signer:
    return Signer("ES256", ec.generate_private_key(ec.SECP256R1()), kid)


def hmac_signer(secret: str = SECRET) -> Signer:
    return Signer("HS256", secret)


def by_hand(header: dict[str, Any], said: dict[str, Any], signature: bytes = b"") -> str:
    """A token that no library would write."""
    return ".".join(_part(each) for each in (json.dumps(header).encode(), json.dumps(said).encode(), signature))


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
