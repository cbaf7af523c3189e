"""What somebody is to look at, and who else is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tessella.domain.alerts.alert import Alert, AlertState, Raised
from tessella.domain.alerts.rules import AlertRule
from tessella.domain.notices.webhook import StoredWebhook, Webhook
from tessella.ports.notices import StoredDelivery


class Alerts(Protocol):
    """The alerts of a namespace. Whoever is to be told is, by what is written in the same transaction."""

    async def raise_alert(self, raised: Raised) -> Alert:
        """The alert of this rule and key that is open, seen once more, or a new one."""
        ...

    async def resolve_alert(self, rule: AlertRule, key: str) -> Alert | None:
        """Say that it is no longer so; None where nothing was open."""
        ...

    async def alerts(
        self, *, state: AlertState | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Alert], str | None]:
        """Alerts, the newest first, and the cursor of the next page."""
        ...

    async def acknowledge_alert(self, alert_id: str) -> Alert:
        """Say that somebody has seen it. Raises `NoSuch` and `AlertIsResolved`."""
        ...


class Webhooks(Protocol):
    """The webhooks of a namespace."""

    async def webhooks(self) -> Sequence[StoredWebhook]:
        """All of them, the oldest first."""
        ...

    async def webhook(self, webhook_id: str) -> StoredWebhook:
        """One. Raises `NoSuch`."""
        ...

    async def add_webhook(self, webhook: Webhook) -> tuple[StoredWebhook, str]:
        """A new one, and its secret, which is shown this once. Raises `TooManyWebhooks`."""
        ...

    async def change_webhook(self, webhook_id: str, webhook: Webhook) -> StoredWebhook:
        """Another URL, other events; the secret stays. Raises `NoSuch`."""
        ...

    async def renew_webhook_secret(self, webhook_id: str) -> tuple[StoredWebhook, str]:
        """Another secret, from the next delivery on. Raises `NoSuch`."""
        ...

    async def ping_webhook(self, webhook_id: str) -> str:
        """Have it told that it is reached; the id of the delivery. Raises `NoSuch`."""
        ...

    async def deliveries(
        self, webhook_id: str, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[StoredDelivery], str | None]:
        """What has become of its messages, the newest first, and the cursor of the next page. Raises `NoSuch`."""
        ...

    async def delete_webhook(self, webhook_id: str) -> None:
        """Take it away, with what was to be delivered to it. Raises `NoSuch`."""
        ...
