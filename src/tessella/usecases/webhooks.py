"""Webhooks: made, read, changed, taken away."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.notices.urls import Reach
from tessella.domain.notices.webhook import StoredWebhook, Webhook, check_webhook
from tessella.ports import Session
from tessella.ports.notices import StoredDelivery


async def create_webhook(session: Session, webhook: Webhook, reach: Reach) -> tuple[StoredWebhook, str]:
    """A new one, and its secret, which is shown this once. Raises `WrongShape` and `TooManyWebhooks`."""
    check_webhook(webhook, reach)
    return await session.add_webhook(webhook)


async def list_webhooks(session: Session) -> Sequence[StoredWebhook]:
    """All of them, the oldest first."""
    return await session.webhooks()


async def get_webhook(session: Session, webhook_id: str) -> StoredWebhook:
    """One. Raises `NoSuch`."""
    return await session.webhook(webhook_id)


async def change_webhook(session: Session, webhook_id: str, webhook: Webhook, reach: Reach) -> StoredWebhook:
    """Another URL, other events; the secret stays. Raises `WrongShape` and `NoSuch`."""
    check_webhook(webhook, reach)
    return await session.change_webhook(webhook_id, webhook)


async def renew_webhook_secret(session: Session, webhook_id: str) -> tuple[StoredWebhook, str]:
    """Another secret, from the next delivery on. Raises `NoSuch`."""
    return await session.renew_webhook_secret(webhook_id)


async def ping_webhook(session: Session, webhook_id: str) -> str:
    """Have it told that it is reached, apart from this; the id of the delivery. Raises `NoSuch`."""
    return await session.ping_webhook(webhook_id)


async def list_deliveries(
    session: Session, webhook_id: str, *, limit: int, cursor: str | None
) -> tuple[Sequence[StoredDelivery], str | None]:
    """What has become of its messages, the newest first, and the cursor of the next page. Raises `NoSuch`."""
    return await session.deliveries(webhook_id, limit=limit, cursor=cursor)


async def delete_webhook(session: Session, webhook_id: str) -> None:
    """Take it away, with what was to be delivered to it. Raises `NoSuch`."""
    await session.delete_webhook(webhook_id)
