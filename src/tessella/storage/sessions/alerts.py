"""What somebody is to look at, and who else is told."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.alerts.alert import Alert, AlertState, Raised
from tessella.domain.alerts.rules import AlertRule
from tessella.domain.notices.webhook import StoredWebhook, Webhook
from tessella.ports.notices import StoredDelivery
from tessella.storage import alerts
from tessella.storage.notices import deliveries, webhooks
from tessella.storage.scope import system
from tessella.storage.sessions.base import SessionBase


class AlertsPart(SessionBase):
    """`ports.session.Alerts` over PostgreSQL. An alert is raised by the server, whoever's request has shown it."""

    __slots__ = ()

    async def raise_alert(self, raised: Raised) -> Alert:
        namespace, announcer = self.caller.namespace, self._parts.announcer
        async with self._parts.database.administering(system(namespace)) as connection:
            return await alerts.raise_alert(connection, namespace, raised, self.now(), announcer)

    async def resolve_alert(self, rule: AlertRule, key: str) -> Alert | None:
        namespace, announcer = self.caller.namespace, self._parts.announcer
        async with self._parts.database.administering(system(namespace)) as connection:
            return await alerts.resolve_alert(connection, namespace, rule, key, self.now(), announcer)

    async def alerts(
        self, *, state: AlertState | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Alert], str | None]:
        async with self._administering() as connection:
            return await alerts.alerts_page(connection, self.caller.namespace, state, limit, cursor)

    async def acknowledge_alert(self, alert_id: str) -> Alert:
        caller = self.caller
        async with self._administering() as connection:
            return await alerts.acknowledge_alert(connection, caller.namespace, alert_id, caller.role, self.now())


class WebhooksPart(SessionBase):
    """`ports.session.Webhooks` over PostgreSQL."""

    __slots__ = ()

    async def webhooks(self) -> Sequence[StoredWebhook]:
        async with self._administering() as connection:
            return await webhooks.all_webhooks(connection, self.caller.namespace)

    async def webhook(self, webhook_id: str) -> StoredWebhook:
        async with self._administering() as connection:
            return await webhooks.one_webhook(connection, self.caller.namespace, webhook_id)

    async def add_webhook(self, webhook: Webhook) -> tuple[StoredWebhook, str]:
        async with self._administering() as connection:
            return await webhooks.add_webhook(connection, self.caller.namespace, webhook, self.now(), self._parts.vault)

    async def change_webhook(self, webhook_id: str, webhook: Webhook) -> StoredWebhook:
        async with self._administering() as connection:
            return await webhooks.change_webhook(connection, self.caller.namespace, webhook_id, webhook, self.now())

    async def renew_webhook_secret(self, webhook_id: str) -> tuple[StoredWebhook, str]:
        async with self._administering() as connection:
            return await webhooks.renew_secret(
                connection, self.caller.namespace, webhook_id, self.now(), self._parts.vault
            )

    async def delete_webhook(self, webhook_id: str) -> None:
        async with self._administering() as connection:
            await webhooks.delete_webhook(connection, self.caller.namespace, webhook_id)

    async def ping_webhook(self, webhook_id: str) -> str:
        namespace = self.caller.namespace
        async with self._administering() as connection:
            stored = await webhooks.one_webhook(connection, namespace, webhook_id)
            return await self._parts.announcer.ping(connection, namespace, stored, self.now())

    async def deliveries(
        self, webhook_id: str, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[StoredDelivery], str | None]:
        async with self._administering() as connection:
            stored = await webhooks.one_webhook(connection, self.caller.namespace, webhook_id)
            return await deliveries.deliveries_page(connection, self.caller.namespace, stored, limit, cursor)
