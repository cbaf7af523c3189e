"""What is wrong with a request, or with who sends it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Denied, Invalid, NotFound, TooLarge
from tessella.domain.errors.messages import there_is


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
class TooManyValues(TooLarge):
    """The request holds {count} values; {limit} are the most that are taken at once."""

    count: int
    limit: int

    def hint(self) -> str:
        """How to go on."""
        return "Send fewer subjects at a time."


@dataclass(eq=False)
class TooManyItems(TooLarge):
    """The requests ask for {count} items together; {limit} are the most that one batch takes."""

    count: int
    limit: int

    def hint(self) -> str:
        """How to go on."""
        return "Send fewer requests at a time, or ask for fewer items with each limit."


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

    def hint(self) -> str:
        """Whose key to use."""
        return "Keys of the roles service, admin and superadmin act for any subject."


@dataclass(eq=False)
class EventFromFuture(Invalid):
    """The event is to occur {minutes} minutes from now; {limit} minutes are the most that a clock may be ahead."""

    pointer: str
    minutes: int
    limit: int

    def hint(self) -> str:
        """How to go on."""
        return "Send it when it has occurred, or set the sender's clock."


@dataclass(eq=False)
class UnknownItem(Invalid):
    """The ranking index has no item "{item_id}"."""

    pointer: str
    item_id: str
    nearest: str | None

    def hint(self) -> str:
        """How to go on."""
        near = f'Did you mean "{self.nearest}"? ' if self.nearest else ""
        return f"{near}An item that was added later is in the next index."


@dataclass(eq=False)
class KeyReused(Conflict):
    """The Idempotency-Key "{key}" was sent before with another request, to {route}."""

    key: str
    route: str

    def hint(self) -> str:
        """How to go on."""
        return "Use a new key for each request, and the same one only to send the same again."


@dataclass(eq=False)
class NoSuch(NotFound):
    """There is no {kind} "{name}" in this namespace."""

    kind: str
    name: str
    nearest: str | None = None
    #: What there is, where that is told.
    known: Collection[str] | None = None

    def hint(self) -> str:
        """The nearest existing name, or some of all."""
        if self.nearest:
            return f'Did you mean "{self.nearest}"?'
        return "" if self.known is None else there_is(self.known) or "There is none."


@dataclass(eq=False)
class NoSuchNamespace(NotFound):
    """There is no namespace "{name}"."""

    name: str

    def hint(self) -> str:
        """How to get one."""
        made = f"Make it: tessella keys create --namespace {self.name} --role admin."
        return f"{made} Or name another one: a command takes it from -n, or from TESSELLA_NAMESPACE."


class NothingOpen(Invalid):
    """No namespace is open here."""

    def hint(self) -> str:
        """How to open one."""
        return 'Ask inside of `async with tessella.open("shop"):`, or hand over what it gives as `tessella`.'
