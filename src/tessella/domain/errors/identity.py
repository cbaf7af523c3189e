"""What can be wrong with who asks."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Denied, Unauthenticated, Unavailable

_SIGNING: str = "docs/howto/sign-in.md shows how a request is signed."


class InvalidKey(Unauthenticated):
    """This API key is not valid."""

    def hint(self) -> str:
        """How to get one."""
        return "Send a key from `tessella keys create` as `Authorization: Bearer tess_...`."


@dataclass(eq=False)
class AddressNotAllowed(Denied):
    """The key may not be used from {address}."""

    address: str

    def hint(self) -> str:
        """How to go on."""
        return "Use it from one of its networks, which `tessella keys list` tells, or create a key with others."


@dataclass(eq=False)
class NotSigned(Unauthenticated):
    """Requests of this key have to be signed: {problem}."""

    problem: str

    def hint(self) -> str:
        """How to sign."""
        return f"Send Tessella-Timestamp, Tessella-Nonce and Tessella-Signature; {_SIGNING}"


class WrongSignature(Unauthenticated):
    """The signature is not that of this request."""

    def hint(self) -> str:
        """How to sign."""
        return f"Sign method, target, time, nonce and body exactly as they are sent; {_SIGNING}"


@dataclass(eq=False)
class SignedAtAnotherTime(Unauthenticated):
    """The request was signed {seconds} seconds away from now; {most} are the most."""

    seconds: int
    most: int

    def hint(self) -> str:
        """How to go on."""
        return "Sign each request when it is sent, and set the clock."


class Replayed(Unauthenticated):
    """The request with this signature was taken before."""

    def hint(self) -> str:
        """How to go on."""
        return "Sign each request anew, with another nonce."


@dataclass(eq=False)
class SigningSecretUnreadable(Unavailable):
    """The secret that requests of this key are signed with cannot be opened: {problem}."""

    problem: str

    def hint(self) -> str:
        """How to go on."""
        return "Set the key that it was sealed with as TESSELLA_ENCRYPTION_KEY_BEFORE, or create another key."


@dataclass(eq=False)
class InvalidToken(Unauthenticated):
    """The token is not accepted: {problem}."""

    #: Of a token whose signature is not proved it tells nothing but that.
    problem: str

    def hint(self) -> str:
        """How to go on."""
        return "Send a token of the issuer that this server is set up for, or an API key."


@dataclass(eq=False)
class UnknownSigner(InvalidToken):
    """The token is not accepted: {problem}."""


@dataclass(eq=False)
class IssuerAway(Unavailable):
    """The keys that prove tokens could not be read: {problem}."""

    problem: str
