"""What can go wrong with telling others what happened."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, TessellaError


class DeliveryFailed(TessellaError):
    """It was not delivered: it is tried again later."""


@dataclass(eq=False)
class ReceiverRefused(DeliveryFailed):
    """The receiver answered {status}; only 2xx says that it has it."""

    status: int


@dataclass(eq=False)
class ReceiverAway(DeliveryFailed):
    """The receiver could not be reached: {problem}."""

    problem: str


@dataclass(eq=False)
class AddressRefused(DeliveryFailed):
    """The host {host} leads to an address that is not public."""

    #: The address itself is not told: whoever names hosts would learn what there is inside.
    host: str

    def hint(self) -> str:
        """Who may allow it."""
        return "The setting TESSELLA_WEBHOOK_PRIVATE_ADDRESSES allows any address."


@dataclass(eq=False)
class NoMailServer(DeliveryFailed):
    """No mail server is set where messages are sent from."""


@dataclass(eq=False)
class SecretUnreadable(DeliveryFailed):
    """A stored secret cannot be opened: {problem}."""

    problem: str

    def hint(self) -> str:
        """How to go on."""
        return "Set the key that it was sealed with as TESSELLA_ENCRYPTION_KEY_BEFORE, or have the secret renewed."


@dataclass(eq=False)
class TooManyWebhooks(Conflict):
    """The namespace has {limit} webhooks, and no more are allowed."""

    limit: int

    def hint(self) -> str:
        """How to go on."""
        return "Delete one, or have one of them told of more events."


@dataclass(eq=False)
class AlertIsResolved(Conflict):
    """The alert {alert_id} is resolved: there is nothing to acknowledge."""

    alert_id: str
