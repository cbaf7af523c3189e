"""Who a JSON Web Token speaks for. What was proved is remembered until the token's end, or until the keys change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors.identity import UnknownSigner
from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.domain.identity.keys import BOUND
from tessella.domain.identity.tokens.claims import SECOND_US, Bearer, TokenRules
from tessella.domain.identity.tokens.keys import TokenKeys, joined
from tessella.domain.identity.tokens.proof import read_token
from tessella.ports import Caller
from tessella.ports.clock import present
from tessella.ports.issuers import KeySource

_REMEMBERED: Final = 4096


@dataclass(frozen=True, slots=True)
class _Proved:
    caller: Caller
    until: Instant


class Tokens:
    """Tokens by keys of our own settings, and by those of an issuer."""

    def __init__(self, rules: TokenRules, own: TokenKeys, issuer: KeySource | None) -> None:
        self._rules = rules
        self._own = own
        self._issuer = issuer
        #: The issuer's keys that those who are remembered were proved with; and all keys.
        self._known: TokenKeys | None = None
        self._keys = own
        self._remembered: OrderedDict[str, _Proved] = OrderedDict()

    async def verify(self, text: str) -> Caller:
        """The caller behind a token. Waits for nobody, unless the token is of a key that is not known.

        Raises `InvalidToken`, and `IssuerAway` when the issuer's keys were never read.
        """
        return (await self._proved(text)).caller

    async def end(self, text: str) -> Instant:
        """When a token ends, by the issuer's clock. Raises as `verify` does."""
        proved = await self._proved(text)
        return Instant(proved.until - self._rules.leeway_seconds * SECOND_US)

    def forget(self, namespace: Namespace, subject_ids: Collection[SubjectId]) -> None:
        """Let go of tokens that speak for subjects who are erased; such a token is proved again."""
        for text, proved in [*self._remembered.items()]:
            if proved.caller.namespace == namespace and proved.caller.subject_id in subject_ids:
                del self._remembered[text]

    async def close(self) -> None:
        """Let go of the issuer."""
        if self._issuer is not None:
            await self._issuer.close()

    async def _proved(self, text: str) -> _Proved:
        now = present()
        self._follow()
        proved = self._remembered.get(text)
        if proved is None or now >= proved.until:
            proved = await self._prove(text, now)
        return proved

    async def _prove(self, text: str, now: Instant) -> _Proved:
        self._remembered.pop(text, None)
        try:
            bearer = read_token(text, self._keys, self._rules, now)
        except UnknownSigner:
            if self._issuer is None or not await self._issuer.renewed():
                raise
            self._follow()
            bearer = read_token(text, self._keys, self._rules, now)
        proved = self._remembered[text] = _Proved(caller_of(bearer), bearer.until)
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return proved

    def _follow(self) -> None:
        """Take over the issuer's keys. With other keys everything has to be proved again."""
        known = None if self._issuer is None else self._issuer.known()
        if known is not self._known:
            self._known = known
            self._keys = self._own if known is None else joined([self._own, known])
            self._remembered.clear()


def caller_of(bearer: Bearer) -> Caller:
    """Who asks. Of roles that reach every subject the token's own `sub` says nothing."""
    subject_id = bearer.subject_id if bearer.role in BOUND else None
    return Caller(bearer.namespace, bearer.role, subject_id)
