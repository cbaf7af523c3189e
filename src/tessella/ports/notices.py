"""What tells others what happened: messages that wait in the database, and the ways out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.notices.mail import Mail


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker has taken for a while. When the while is over, another may take it."""

    delivery_id: str
    namespace: Namespace
    #: The id of a webhook, or `email`.
    receiver: str

    @property
    def way(self) -> str:
        """What one message at a time goes to."""
        return f"{self.namespace} {self.receiver}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, as it is to be sent."""

    claimed: Claimed
    event: str
    body: str
    #: How often it was tried before.
    attempts: int
    created_at: Instant
    #: Of a webhook; empty for e-mail.
    url: str
    #: Its secret, sealed.
    sealed: bytes


class DeliveryState(StrEnum):
    """What has become of a message."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    #: It was given up.
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """What has become of one message to a webhook."""

    delivery_id: str
    event: str
    state: DeliveryState
    #: How often it was tried.
    attempts: int
    #: Why it did not arrive the last time; empty where it was not tried, or has arrived.
    problem: str
    created_at: Instant
    finished_at: Instant | None


class Outbox(Protocol):
    """What waits in all namespaces. Every call raises `Unavailable` while the database is away."""

    async def claim(
        self, now: Instant, *, most: int, busy: Collection[str], full: Collection[Namespace]
    ) -> Sequence[Claimed]:
        """Take deliveries that are due, at most one for each way that is not `busy`, none of `full` namespaces."""
        ...

    async def read(self, claimed: Claimed, now: Instant) -> Delivery | None:
        """The message; None where there is nothing to send any more."""
        ...

    def secret_of(self, delivery: Delivery) -> str:
        """What it is signed with. Raises `SecretUnreadable`."""
        ...

    async def delivered(self, claimed: Claimed, now: Instant) -> None:
        """Keep that it has arrived, and resolve the alert about its receiver if there is one."""
        ...

    async def failed(self, delivery: Delivery, problem: str, next_at: Instant) -> None:
        """Have it tried again."""
        ...

    async def give_up(self, claimed: Claimed, problem: str, now: Instant) -> None:
        """Keep that it never arrived, and raise an alert about its receiver, in one transaction."""
        ...


class WebhookSender(Protocol):
    """The way to webhooks."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """POST `body`. Raises `DeliveryFailed` unless the receiver answers 2xx within the time that there is."""
        ...


class Mailer(Protocol):
    """The way to the addresses of the setting `mail_to`."""

    async def send(self, mail: Mail, delivery_id: str) -> None:
        """Hand it to the mail server. Raises `DeliveryFailed`."""
        ...
