"""What is wrong with a request, or with who sends it."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Denied, Invalid, NotFound


@dataclass(eq=False)
class FeatureNotAccepted(Invalid):
    """The value of "{name}" cannot come from this caller: {reason}."""

    pointer: str
    name: str
    reason: str


@dataclass(eq=False)
class FactNotAccepted(Invalid):
    """The feature "{name}" cannot hold this value: {reason}."""

    pointer: str
    name: str
    reason: str


@dataclass(eq=False)
class ClientSentTrait(Denied):
    """A client cannot send "{name}": traits come from stored facts only."""

    pointer: str
    name: str

    def hint(self) -> str:
        """Who can send it."""
        return "Leave user.* out of the context, or use a key with the service scope."


@dataclass(eq=False)
class NotYours(Denied):
    """This key acts for its own subject only, not for "{subject_id}"."""

    subject_id: str


@dataclass(eq=False)
class NoSuch(NotFound):
    """There is no {kind} "{name}" in this namespace."""

    kind: str
    name: str


@dataclass(eq=False)
class NoSuchNamespace(NotFound):
    """There is no namespace "{name}"."""

    name: str

    def hint(self) -> str:
        """How to get one."""
        return "Make it: tessella keys create --namespace NAME --role admin."
