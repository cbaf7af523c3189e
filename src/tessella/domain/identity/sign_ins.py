"""A browser's session and the link that begins one: what they stand for, until when, and their text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tessella.domain.identifiers import Instant

SECOND_US: Final = 1_000_000
#: A session lasts so long, and no longer than its token.
SESSION_SECONDS: Final = 12 * 3600
#: A link works for so long; that of the demo longer, as its data take time to look at.
LINK_SECONDS: Final = 600
DEMO_LINK_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class SignIn:
    """A credential that a browser signed in with, or that a link stands for."""

    #: An API key, or a JSON Web Token.
    credential: str = field(repr=False)
    #: Of a session: what its pages send with everything that is no mere reading. Of a link: what is used up.
    token: str = field(repr=False)
    issued_at: Instant
    until: Instant

    @property
    def seconds(self) -> int:
        """For how long it holds, from its issue.

        >>> SignIn("tess_", "token", Instant(0), Instant(90 * SECOND_US)).seconds
        90
        """
        return (self.until - self.issued_at) // SECOND_US


def write_sign_in(signed_in: SignIn) -> str:
    """Its text, from which `read_sign_in` makes it again."""
    return f"{signed_in.issued_at} {signed_in.until} {signed_in.token} {signed_in.credential}"


def read_sign_in(text: str) -> SignIn:
    """What `write_sign_in` wrote.

    >>> known = SignIn("tess_a", "token", Instant(5), Instant(9))
    >>> read_sign_in(write_sign_in(known)) == known
    True
    """
    issued_at, until, token, credential = text.split(" ", 3)
    return SignIn(credential, token, Instant(int(issued_at)), Instant(int(until)))
