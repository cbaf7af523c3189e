"""The keys that prove tokens. Each belongs to one algorithm: none can be taken for a key of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.exceptions import PyJWTError

from tessella.domain.identifiers import Json

PublicKey = RSAPublicKey | EllipticCurvePublicKey

#: A secret of fewer bytes can be guessed. Source: RFC 7518, section 3.2.
SECRET_MIN_BYTES: Final = 32
#: Likewise, section 3.3.
RSA_MIN_BITS: Final = 2048
#: Of a set so many keys are read.
MOST_KEYS: Final = 100

_PEM: Final = re.compile(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """One key, and the one algorithm that it proves tokens of."""

    #: HS256, RS256 or ES256.
    algorithm: str
    key: bytes | PublicKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """Keys by the name that a token's `kid` says, and keys that have none."""

    named: Mapping[str, Sequence[TokenKey]] = field(default_factory=dict)
    unnamed: Sequence[TokenKey] = ()

    def candidates(self, algorithm: str, kid: str | None) -> Sequence[TokenKey]:
        """The keys that may have signed a token: those of its algorithm that its `kid` names, and those without a name.

        A token without `kid` may be of a named key where there is one of its algorithm only.
        """
        named = self.named.get(kid, ()) if kid is not None else self._only(algorithm)
        return [each for each in (*named, *self.unnamed) if each.algorithm == algorithm]

    def _only(self, algorithm: str) -> Sequence[TokenKey]:
        fitting = [each for keys in self.named.values() for each in keys if each.algorithm == algorithm]
        return fitting if len(fitting) == 1 else ()


class KeysUnreadable(ValueError):
    """What was to hold keys cannot be read; the text says why."""


def keys_of_set(content: bytes) -> TokenKeys:
    """The keys of a JWK Set that prove signatures of RS256 or ES256. Raises `KeysUnreadable` for what is no set.

    Secrets (`oct`), keys for encryption, of other algorithms, and RSA keys below 2048 bits are left out, and so is one
    that cannot be read: a set may hold what is for others. Source: RFC 7517, section 5.
    """
    try:
        written = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise KeysUnreadable("it is no JSON") from error
    listed = written.get("keys") if isinstance(written, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise KeysUnreadable(f'it has no list "keys" of at most {MOST_KEYS}')
    return _gathered((each.get("kid"), key) for each in listed if (key := _of_jwk(each)) is not None)


def keys_of_pem(text: str) -> TokenKeys:
    """Public keys in PEM, one after the other; they have no name. Raises `KeysUnreadable` if one cannot be used."""
    blocks = [match[0] for match in _PEM.finditer(text)]
    if not blocks:
        raise KeysUnreadable("it holds no public key in PEM")
    return TokenKeys(unnamed=[_of_pem(each) for each in blocks])


def joined(sets: Iterable[TokenKeys]) -> TokenKeys:
    """All keys of several sets."""
    held = list(sets)
    pairs = [(kid, key) for each in held for kid, keys in each.named.items() for key in keys]
    return _gathered([*pairs, *((None, key) for each in held for key in each.unnamed)])


def _gathered(keys: Iterable[tuple[Json, TokenKey]]) -> TokenKeys:
    named: dict[str, list[TokenKey]] = {}
    unnamed = []
    for kid, key in keys:
        if isinstance(kid, str):
            named.setdefault(kid, []).append(key)
        else:
            unnamed.append(key)
    return TokenKeys(named, unnamed)


def _of_jwk(written: Json) -> TokenKey | None:
    if not isinstance(written, dict) or written.get("use", "sig") != "sig" or "d" in written:
        return None
    try:
        found = _fitting(_parsed(written))
    except (PyJWTError, UnsupportedAlgorithm, ValueError, TypeError):
        return None
    return found if found is not None and written.get("alg", found.algorithm) == found.algorithm else None


def _parsed(written: dict[str, Json]) -> object:
    kind = written.get("kty")
    if kind == "RSA":
        return RSAAlgorithm.from_jwk(written)
    return ECAlgorithm.from_jwk(written) if kind == "EC" else None


def _of_pem(text: str) -> TokenKey:
    try:
        found = _fitting(load_pem_public_key(text.encode()))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeysUnreadable("a part of it is no public key") from error
    if found is None:
        raise KeysUnreadable(f"a key is neither RSA of {RSA_MIN_BITS} bits or more nor of the curve P-256")
    return found


def _fitting(key: object) -> TokenKey | None:
    if isinstance(key, RSAPublicKey) and key.key_size >= RSA_MIN_BITS:
        return TokenKey("RS256", key)
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return TokenKey("ES256", key)
    return None


def keys_of_secrets(secrets: Iterable[str]) -> TokenKeys:
    """Secrets for HS256. Raises `KeysUnreadable` for one that is too short.

    >>> keys_of_secrets(["s" * 32]).candidates("HS256", None)
    [TokenKey(algorithm='HS256')]
    >>> keys_of_secrets(["s" * 32]).candidates("RS256", None)
    []
    """
    return TokenKeys(unnamed=list(_of_secrets(secrets)))


def _of_secrets(secrets: Iterable[str]) -> Iterator[TokenKey]:
    for each in secrets:
        if len(each.encode()) < SECRET_MIN_BYTES:
            raise KeysUnreadable(f"a secret has fewer than {SECRET_MIN_BYTES} bytes")
        yield TokenKey("HS256", each.encode())
