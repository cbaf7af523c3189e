"""Where the keys of tokens come from."""

from __future__ import annotations

from typing import Protocol

from tessella.domain.identity.tokens.keys import TokenKeys


class KeySource(Protocol):
    """The keys of an issuer, as they were last read."""

    def known(self) -> TokenKeys | None:
        """The keys; None before they were read. It waits for nobody.

        The same object as long as they are the same. They are read again in the background.
        """

    async def renewed(self) -> bool:
        """Read the keys again, for a token of one that is not known, and say whether they have become others.

        Not more often than once in a pause: until it is over, and when they cannot be read, the answer is no.
        Raises `IssuerAway` when they were never read.
        """

    async def close(self) -> None:
        """End what is being read."""
