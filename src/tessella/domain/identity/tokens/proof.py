"""A token's signature. What a token says before it is proved chooses a key by name, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from jwt import PyJWS
from jwt.exceptions import PyJWTError

from tessella.domain.errors.identity import InvalidToken, UnknownSigner
from tessella.domain.identifiers import Instant, Json
from tessella.domain.identity.tokens.claims import Bearer, TokenRules, bearer_of
from tessella.domain.identity.tokens.keys import TokenKey, TokenKeys

TOKEN_MAX_LENGTH: Final = 8192
ALGORITHMS: Final = ("HS256", "RS256", "ES256")

_JWS: Final = PyJWS(algorithms=ALGORITHMS)
_NO_TOKEN: Final = "it is no JSON Web Token"


def read_token(text: str, keys: TokenKeys, rules: TokenRules, now: Instant) -> Bearer:
    """Whom a token names, once one of our keys has proved it.

    Of its header `alg` and `kid` are read: `alg` has to be allowed, and the key one of that algorithm. `jku`, `x5u`,
    `jwk` and `x5c` are not looked at; anything in `crit` refuses it. Raises `UnknownSigner` when no key fits, and
    `InvalidToken`. Source: RFC 8725, sections 3.1 and 3.10.
    """
    algorithm, kid = _named(text, rules)
    candidates = keys.candidates(algorithm, kid)
    if not candidates:
        raise UnknownSigner("no key that it could be signed with is known")
    return bearer_of(_claims(text, candidates), rules, now)


def _named(text: str, rules: TokenRules) -> tuple[str, str | None]:
    """The algorithm and the name of the key that an unproved token claims."""
    if len(text) > TOKEN_MAX_LENGTH:
        raise InvalidToken(f"it is longer than {TOKEN_MAX_LENGTH} characters")
    try:
        header = _JWS.get_unverified_header(text)
    except (PyJWTError, ValueError, RecursionError):
        raise InvalidToken(_NO_TOKEN) from None
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in rules.algorithms:
        raise InvalidToken("its algorithm (alg) is not allowed")
    if "crit" in header or "b64" in header:
        raise InvalidToken("it asks for what is not understood (crit)")
    return algorithm, header.get("kid")


def _claims(text: str, candidates: Sequence[TokenKey]) -> Mapping[str, Json]:
    for each in candidates:
        try:
            proved = _JWS.decode_complete(text, each.key, algorithms=[each.algorithm])
            claims = msgspec.json.decode(proved["payload"])
        except (PyJWTError, ValueError, RecursionError):
            continue
        if isinstance(claims, dict):
            return claims
    raise InvalidToken("its signature is not proved")
