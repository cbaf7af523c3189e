"""Who is believed to be who they say: the issuer of tokens, and the proxies in front."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pydantic import Field, SecretStr, field_validator

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import NAMESPACE_PATTERN
from tessella.domain.identity.addresses import Network, read_networks
from tessella.settings.errors import SettingInvalid
from tessella.settings.home import HomeSettings
from tessella.settings.places import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

ALGORITHMS: Final = ("HS256", "RS256", "ES256")
#: https, or http to this machine.
_URL: Final = re.compile(r"https://[^\s@#]+|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?(/[^\s@#]*)?")
_NEEDED: Final = "it has to be set where tokens are accepted: without it a token for somebody else would count"
_NO_KEY: Final = "there is no key: set TESSELLA_JWT_JWKS_URL, TESSELLA_JWT_PUBLIC_KEYS or TESSELLA_JWT_SECRET"


class IdentitySettings(HomeSettings):
    """Who is believed to be who they say: the issuer of tokens, and the proxies in front."""

    #: The issuer whose JSON Web Tokens are accepted beside API keys: the claim `iss`. Empty: none are accepted.
    jwt_issuer: str = ""
    #: Whom its tokens have to be for: the claim `aud`, or one of its list.
    jwt_audience: str = ""
    #: Where the issuer's keys are read from, as a JWK Set: https, or http to this machine.
    jwt_jwks_url: str = ""
    #: How old these keys may become before they are read again, in the background.
    jwt_jwks_refresh_seconds: float = Field(default=300.0, ge=1, le=86_400)
    #: A token of a key that is not known has them read again, at most once in so long.
    jwt_jwks_pause_seconds: float = Field(default=30.0, ge=0.1, le=3600)
    #: Public keys in PEM, or a JWK Set, for RS256 and ES256.
    jwt_public_keys: SecretStr | None = None
    #: The secret for HS256.
    jwt_secret: SecretStr | None = Field(default=None, min_length=32)
    #: The one before it, while it is replaced.
    jwt_secret_before: SecretStr | None = Field(default=None, min_length=32)
    #: Which of HS256, RS256 and ES256 are accepted, with commas between.
    jwt_algorithms: str = ", ".join(ALGORITHMS)
    #: By so much the issuer's clock may be off.
    jwt_leeway_seconds: int = Field(default=10, ge=0, le=30)
    #: Tokens that are valid for longer, from `iat` to `exp`, are refused: nobody can take one back.
    jwt_longest_seconds: int = Field(default=86_400, ge=60, le=366 * 86_400)
    #: The claim that names the namespace.
    jwt_namespace_claim: str = "namespace"
    #: The namespace of tokens without that claim; empty: they are refused.
    jwt_namespace: str = ""
    #: The claim that names the role: client, reader, monitor, admin, superadmin or service.
    jwt_role_claim: str = "role"
    #: Proxies whose X-Forwarded-For is believed: addresses and networks, with commas between. Needed for networks of
    #: keys behind a proxy.
    trusted_proxies: str = ""

    @field_validator("jwt_jwks_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        if url and not _URL.fullmatch(url):
            raise ValueError("it is no URL with https, or with http to this machine")
        return url

    @field_validator("jwt_algorithms")
    @classmethod
    def _are_known(cls, text: str) -> str:
        if not listed(text) or not set(listed(text)) <= set(ALGORITHMS):
            raise ValueError(f"it lists some of {', '.join(ALGORITHMS)}")
        return text

    @field_validator("jwt_namespace")
    @classmethod
    def _is_namespace(cls, name: str) -> str:
        if name and not NAMESPACE_PATTERN.fullmatch(name):
            raise ValueError("it is no name of a namespace")
        return name

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        try:
            _networks(text)
        except WrongShape as error:
            raise ValueError(error.message) from None
        return text

    @property
    def trusted_networks(self) -> tuple[Network, ...]:
        """The proxies that are believed."""
        return _networks(self.trusted_proxies)

    @property
    def accepts_tokens(self) -> bool:
        """Whether tokens are accepted beside API keys."""
        return bool(self.jwt_issuer)


def missing_for_tokens(settings: IdentitySettings) -> Iterator[SettingInvalid]:
    """What has to be set besides what is, so that tokens can be accepted."""
    has_key = bool(settings.jwt_jwks_url or settings.jwt_public_keys or settings.jwt_secret)
    if settings.accepts_tokens and not has_key:
        yield SettingInvalid("TESSELLA_JWT_ISSUER", _NO_KEY)
    if has_key and not settings.jwt_issuer:
        yield SettingInvalid("TESSELLA_JWT_ISSUER", _NEEDED)
    if (has_key or settings.accepts_tokens) and not settings.jwt_audience:
        yield SettingInvalid("TESSELLA_JWT_AUDIENCE", _NEEDED)


@lru_cache(maxsize=8)
def _networks(text: str) -> tuple[Network, ...]:
    return read_networks(listed(text))
