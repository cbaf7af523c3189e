"""What tokens are believed, as settings say."""

from __future__ import annotations

from tessella.domain.errors import Faults
from tessella.domain.identifiers import Namespace
from tessella.domain.identity.tokens.claims import TokenRules
from tessella.domain.identity.tokens.keys import (
    KeysUnreadable,
    TokenKeys,
    joined,
    keys_of_pem,
    keys_of_secrets,
    keys_of_set,
)
from tessella.notify.key_sets import HttpKeySet
from tessella.settings import Settings
from tessella.settings.errors import SettingInvalid
from tessella.settings.places import listed
from tessella.usecases.identity.tokens import Tokens


def tokens_of(settings: Settings) -> Tokens:
    """Tokens of the issuer that the settings name. Raises `Faults` for keys that cannot be used."""
    issuer = None
    if settings.jwt_jwks_url:
        issuer = HttpKeySet(
            settings.jwt_jwks_url,
            refresh_seconds=settings.jwt_jwks_refresh_seconds,
            pause_seconds=settings.jwt_jwks_pause_seconds,
        )
    return Tokens(_rules(settings), joined([_secrets(settings), _public_keys(settings)]), issuer)


def _rules(settings: Settings) -> TokenRules:
    return TokenRules(
        frozenset(listed(settings.jwt_algorithms)), settings.jwt_issuer, settings.jwt_audience,
        settings.jwt_leeway_seconds, settings.jwt_longest_seconds, settings.jwt_namespace_claim,
        settings.jwt_role_claim, Namespace(settings.jwt_namespace) if settings.jwt_namespace else None,
    )  # fmt: skip


def _secrets(settings: Settings) -> TokenKeys:
    given = [each for each in (settings.jwt_secret, settings.jwt_secret_before) if each is not None]
    try:
        return keys_of_secrets(each.get_secret_value() for each in given)
    except KeysUnreadable as error:
        raise Faults([SettingInvalid("TESSELLA_JWT_SECRET", f"{error}")]) from error


def _public_keys(settings: Settings) -> TokenKeys:
    if settings.jwt_public_keys is None:
        return TokenKeys()
    text = settings.jwt_public_keys.get_secret_value()
    try:
        return keys_of_set(text.encode()) if text.lstrip().startswith("{") else keys_of_pem(text)
    except KeysUnreadable as error:
        raise Faults([SettingInvalid("TESSELLA_JWT_PUBLIC_KEYS", f"{error}")]) from error
