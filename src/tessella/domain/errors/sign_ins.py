"""What can be wrong with a browser's session, and with the link that begins one."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Denied, Invalid, Unauthenticated

_AGAIN: str = "Sign in again: at /app/, or with POST /api/v1/session."
_ANOTHER_LINK: str = "Have another one made with `tessella keys link`, or sign in with an API key."


class NoSession(Unauthenticated):
    """There is no session: no cookie of one was sent."""

    def hint(self) -> str:
        """How to begin one."""
        return "POST /api/v1/session begins one."


@dataclass(eq=False)
class SessionUnknown(Unauthenticated):
    """The session in the cookie is not known here: {problem}."""

    problem: str

    def hint(self) -> str:
        """How to go on."""
        return _AGAIN


@dataclass(eq=False)
class SessionEnded(Unauthenticated):
    """The session ended at {ended_at}."""

    ended_at: str

    def hint(self) -> str:
        """How to go on."""
        return _AGAIN


@dataclass(eq=False)
class LinkUnknown(Unauthenticated):
    """The sign-in link is not known here: {problem}."""

    problem: str

    def hint(self) -> str:
        """How to go on."""
        return f"Copy the whole link, and open it at the server that made it. {_ANOTHER_LINK}"


@dataclass(eq=False)
class LinkEnded(Unauthenticated):
    """The sign-in link ended at {ended_at}."""

    ended_at: str

    def hint(self) -> str:
        """How to go on."""
        return _ANOTHER_LINK


class LinkUsed(Unauthenticated):
    """The sign-in link was used before. It works once."""

    def hint(self) -> str:
        """How to go on."""
        return f"Where somebody else may have used it, take its key back. {_ANOTHER_LINK}"


class KeyWantsSignatures(Denied):
    """Requests of this key have to be signed, which a browser does not do: it begins no session."""

    def hint(self) -> str:
        """Whose key to use."""
        return "Sign in with a key that was created without --signed."


@dataclass(eq=False)
class CredentialTooLong(Invalid):
    """The credential has {characters} characters; {most} are the most that a session can hold."""

    characters: int
    most: int

    def hint(self) -> str:
        """How to go on."""
        return "Have a token with fewer claims issued, or sign in with an API key."


@dataclass(eq=False)
class ForeignPage(Denied):
    """The request was made by a page of another site ({said})."""

    #: What the browser said of it.
    said: str

    def hint(self) -> str:
        """How to go on."""
        return "A session is for pages of this server. Others send a key in Authorization; a proxy has to pass Host on."


class WrongCsrfToken(Denied):
    """The request came with the cookie of a session, and without its X-CSRF-Token."""

    def hint(self) -> str:
        """How to go on."""
        return "Send the csrf_token that GET /api/v1/session tells as X-CSRF-Token, or a key in Authorization."
