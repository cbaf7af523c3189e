"""What a token has to say before anybody is believed to be who it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors.identity import InvalidToken
from tessella.domain.identifiers import (
    NAMESPACE_PATTERN,
    SUBJECT_MAX_LENGTH,
    Instant,
    Json,
    Namespace,
    Role,
    SubjectId,
)

SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What tokens are believed."""

    #: Of HS256, RS256 and ES256.
    algorithms: frozenset[str]
    issuer: str
    audience: str
    #: By so much may the issuer's clock be off. 0 to 30.
    leeway_seconds: int = 10
    #: A token for longer is refused: nobody can take it back. From `iat` to `exp`.
    longest_seconds: int = 86_400
    namespace_claim: str = "namespace"
    role_claim: str = "role"
    #: Of tokens that name no namespace; None: these are refused.
    namespace: Namespace | None = None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token names, and until when."""

    namespace: Namespace
    role: Role
    subject_id: SubjectId
    until: Instant


def bearer_of(claims: Mapping[str, Json], rules: TokenRules, now: Instant) -> Bearer:
    """Whom proved claims name. Raises `InvalidToken`, which says which of them is wrong.

    `exp`, `iat`, `aud`, `iss` and `sub` are required, `nbf` counts where it is there. With the leeway l:
    now < exp + l, iat <= now + l, nbf <= now + l. Source: RFC 7519, section 4.1; RFC 8725, section 3.
    """
    expires = _check_times(claims, rules, now)
    if claims.get("iss") != rules.issuer:
        raise InvalidToken("its issuer (iss) is another")
    audience = claims.get("aud")
    if rules.audience not in (audience if isinstance(audience, list) else [audience]):
        raise InvalidToken("it is for another audience (aud)")
    until = Instant(int((expires + rules.leeway_seconds) * SECOND_US))
    return Bearer(_namespace(claims, rules), _role(claims, rules), _subject(claims), until)


def _check_times(claims: Mapping[str, Json], rules: TokenRules, now: Instant) -> float:
    """The time of its end, in seconds."""
    seconds, leeway = now / SECOND_US, rules.leeway_seconds
    expires, issued = _time(claims, "exp"), _time(claims, "iat")
    if seconds >= expires + leeway:
        raise InvalidToken("it has expired (exp)")
    if issued > seconds + leeway:
        raise InvalidToken("it is issued in the future (iat)")
    if "nbf" in claims and _time(claims, "nbf") > seconds + leeway:
        raise InvalidToken("it is not valid yet (nbf)")
    if expires - issued > rules.longest_seconds:
        raise InvalidToken(f"it is valid for longer than {rules.longest_seconds} seconds")
    return expires


def _time(claims: Mapping[str, Json], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise InvalidToken(f"it has no time {name}")
    return value


def _namespace(claims: Mapping[str, Json], rules: TokenRules) -> Namespace:
    named = claims.get(rules.namespace_claim, rules.namespace)
    if not isinstance(named, str) or not NAMESPACE_PATTERN.fullmatch(named):
        raise InvalidToken(f"it names no namespace ({rules.namespace_claim})")
    return Namespace(named)


def _role(claims: Mapping[str, Json], rules: TokenRules) -> Role:
    named = claims.get(rules.role_claim)
    if not isinstance(named, str) or named not in set(Role):
        raise InvalidToken(f"it names no role of ours ({rules.role_claim})")
    return Role(named)


def _subject(claims: Mapping[str, Json]) -> SubjectId:
    named = claims.get("sub")
    if not isinstance(named, str) or not 0 < len(named) <= SUBJECT_MAX_LENGTH or "\0" in named:
        raise InvalidToken(f"it has no subject (sub) of 1 to {SUBJECT_MAX_LENGTH} characters")
    return SubjectId(named)
