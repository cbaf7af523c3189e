"""Webhooks in the database."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Final

from tessella.domain.errors import NoSuch, TooManyWebhooks
from tessella.domain.identifiers import Instant, Namespace, SegmentId
from tessella.domain.notices.notice import Event
from tessella.domain.notices.webhook import MOST_WEBHOOKS, StoredWebhook, Webhook
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import new_id, read_id
from tessella.storage.times import micros, timestamptz
from tessella.storage.vault import Vault

_WEBHOOK: Final = f"""
webhook_id::text, url, events, segment_ids, is_on, {micros("created_at")}, {micros("changed_at")}
"""
_NOW: Final = timestamptz("%(now)s")
_ALL: Final = f"SELECT {_WEBHOOK} FROM tessella.webhooks WHERE namespace = %s ORDER BY webhook_id"
#: None of them can be deleted before the transaction ends, so that what is written for it finds it there.
_ALL_HELD: Final = f"{_ALL} FOR KEY SHARE"
_ONE: Final = f"SELECT {_WEBHOOK} FROM tessella.webhooks WHERE namespace = %s AND webhook_id = %s"
_ADD: Final = f"""
INSERT INTO tessella.webhooks
       (namespace, webhook_id, url, events, segment_ids, is_on, secret, created_at, changed_at)
SELECT %(namespace)s, %(id)s, %(url)s, %(events)s, %(segments)s, %(is_on)s, %(secret)s, {_NOW}, {_NOW}
 WHERE (SELECT count(*) FROM tessella.webhooks WHERE namespace = %(namespace)s) < {MOST_WEBHOOKS}
RETURNING {_WEBHOOK}
"""
_CHANGE: Final = f"""
UPDATE tessella.webhooks
   SET url = %(url)s, events = %(events)s, segment_ids = %(segments)s, is_on = %(is_on)s, changed_at = {_NOW}
 WHERE namespace = %(namespace)s AND webhook_id = %(id)s
RETURNING {_WEBHOOK}
"""
_RENEW: Final = f"""
UPDATE tessella.webhooks SET secret = %(secret)s, changed_at = {_NOW}
 WHERE namespace = %(namespace)s AND webhook_id = %(id)s
RETURNING {_WEBHOOK}
"""
_DELETE: Final = "DELETE FROM tessella.webhooks WHERE namespace = %s AND webhook_id = %s RETURNING webhook_id"
_SECRETS: Final = "SELECT webhook_id::text, secret FROM tessella.webhooks WHERE namespace = %s"
_SEAL_AGAIN: Final = "UPDATE tessella.webhooks SET secret = %s WHERE namespace = %s AND webhook_id = %s AND secret = %s"


def secret_place(namespace: Namespace, webhook_id: str) -> str:
    """What its secret is sealed to."""
    return f"{namespace} webhooks {webhook_id} secret"


def new_secret() -> str:
    """A secret that nobody can guess."""
    return f"whsec_{secrets.token_urlsafe(32)}"


async def all_webhooks(connection: Connection, namespace: Namespace) -> list[StoredWebhook]:
    """All of them, the oldest first."""
    return [_stored(row) for row in await (await connection.execute(_ALL, [namespace])).fetchall()]


async def webhooks_held(connection: Connection, namespace: Namespace) -> list[StoredWebhook]:
    """All of them, there to the end of the transaction."""
    return [_stored(row) for row in await (await connection.execute(_ALL_HELD, [namespace])).fetchall()]


async def one_webhook(connection: Connection, namespace: Namespace, webhook_id: str) -> StoredWebhook:
    """One. Raises `NoSuch`."""
    found = await connection.execute(_ONE, [namespace, read_id(webhook_id, "webhook")])
    return _found(await found.fetchone(), webhook_id)


async def add_webhook(
    connection: Connection, namespace: Namespace, webhook: Webhook, now: Instant, vault: Vault
) -> tuple[StoredWebhook, str]:
    """A new one, and its secret, which is shown this once. Raises `TooManyWebhooks`."""
    made, secret = new_id(), new_secret()
    sealed = vault.seal(secret, secret_place(namespace, made))
    told = _told(namespace, made, webhook, now) | {"secret": sealed}
    found = await (await connection.execute(_ADD, told)).fetchone()
    if found is None:
        raise TooManyWebhooks(MOST_WEBHOOKS)
    return _stored(found), secret


async def change_webhook(
    connection: Connection, namespace: Namespace, webhook_id: str, webhook: Webhook, now: Instant
) -> StoredWebhook:
    """Another URL, other events; the secret stays. Raises `NoSuch`."""
    stored = str(read_id(webhook_id, "webhook"))
    found = await connection.execute(_CHANGE, _told(namespace, stored, webhook, now))
    return _found(await found.fetchone(), webhook_id)


async def renew_secret(
    connection: Connection, namespace: Namespace, webhook_id: str, now: Instant, vault: Vault
) -> tuple[StoredWebhook, str]:
    """Another secret, from the next delivery on. Raises `NoSuch`."""
    stored, secret = str(read_id(webhook_id, "webhook")), new_secret()
    sealed = vault.seal(secret, secret_place(namespace, stored))
    told = {"namespace": namespace, "id": stored, "secret": sealed, "now": now}
    return _found(await (await connection.execute(_RENEW, told)).fetchone(), webhook_id), secret


async def delete_webhook(connection: Connection, namespace: Namespace, webhook_id: str) -> None:
    """Take it away, with what was to be delivered to it. Raises `NoSuch`."""
    found = await connection.execute(_DELETE, [namespace, read_id(webhook_id, "webhook")])
    if await found.fetchone() is None:
        raise NoSuch("webhook", webhook_id)


async def seal_again(connection: Connection, namespace: Namespace, vault: Vault) -> None:
    """Seal those secrets with the present key that were sealed with one before."""
    for webhook_id, sealed in await (await connection.execute(_SECRETS, [namespace])).fetchall():
        if (renewed := vault.sealed_again(sealed, secret_place(namespace, webhook_id))) is not None:
            await connection.execute(_SEAL_AGAIN, [renewed, namespace, webhook_id, sealed])


def _told(namespace: Namespace, webhook_id: str, webhook: Webhook, now: Instant) -> dict[str, Any]:
    return {
        "namespace": namespace, "id": webhook_id, "url": webhook.url, "events": sorted(webhook.events),
        "segments": sorted(webhook.segment_ids), "is_on": webhook.is_on, "now": now,
    }  # fmt: skip


def _found(row: Sequence[Any] | None, webhook_id: str) -> StoredWebhook:
    if row is None:
        raise NoSuch("webhook", webhook_id)
    return _stored(row)


def _stored(row: Sequence[Any]) -> StoredWebhook:
    webhook_id, url, events, segment_ids, is_on, created_at, changed_at = row
    webhook = Webhook(url, frozenset(map(Event, events)), frozenset(map(SegmentId, segment_ids)), is_on)
    return StoredWebhook(webhook_id, webhook, created_at, changed_at)
