"""What stands in `Authorization`: an API key, or a JSON Web Token of the issuer that is set up."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from tessella.bootstrap import Application
from tessella.domain.errors.identity import InvalidKey, InvalidToken
from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.domain.identity.keys import PREFIX
from tessella.ports import Caller
from tessella.usecases.identity.tokens import Tokens

_SCHEME: Final = b"bearer "
#: So a JSON Web Token begins, whose header is an object.
_TOKEN: Final = "eyJ"


class Credentials:
    """Who asks, by what they send."""

    def __init__(self, application: Application) -> None:
        """Raises `Faults` for an issuer whose keys cannot be used."""
        self._keys = application.keys
        self._administration = application.administration
        self._tokens = _tokens(application)

    async def caller(self, header: bytes) -> Caller:
        """Who a value of `Authorization` speaks for. Does not wait while it is remembered.

        Raises `InvalidKey`, `InvalidToken`, and `Unavailable` when nobody can be asked about it.
        """
        if header[:7].lower() != _SCHEME:
            raise InvalidKey
        text = header[7:].decode("latin-1")
        if text.startswith(PREFIX) or (self._tokens is None and not text.startswith(_TOKEN)):
            return await self._keys.verify(text)
        if self._tokens is None:
            raise InvalidToken("no issuer is set up here (TESSELLA_JWT_ISSUER)")
        caller = await self._tokens.verify(text)
        if not await self._administration.has_namespace(caller.namespace):
            raise InvalidToken("there is no namespace of that name")
        return caller

    async def end(self, text: str) -> Instant | None:
        """When a credential that is accepted ends by itself; None for a key. Raises as `caller` does."""
        if self._tokens is None or text.startswith(PREFIX):
            return None
        return await self._tokens.end(text)

    def forget(self, namespace: Namespace, subject_ids: Collection[SubjectId]) -> None:
        """Let go of tokens that speak for subjects who are erased."""
        if self._tokens is not None:
            self._tokens.forget(namespace, subject_ids)

    async def close(self) -> None:
        """Let go of the issuer."""
        if self._tokens is not None:
            await self._tokens.close()


def _tokens(application: Application) -> Tokens | None:
    """What proves tokens; None where none are accepted."""
    if not application.settings.accepts_tokens:
        return None
    from tessella.notify.issuer import tokens_of  # loads the HTTP client, and the cryptography of tokens

    return tokens_of(application.settings)
