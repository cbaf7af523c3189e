"""What has become of messages, as administrators see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.identifiers import Namespace
from tessella.domain.notices.webhook import StoredWebhook
from tessella.ports.notices import DeliveryState, StoredDelivery
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import id_before
from tessella.storage.times import micros

#: How long deliveries are kept that are over.
RETENTION_DAYS: Final = 30
_PAGE: Final = f"""
SELECT delivery_id::text, event, state, attempts, problem, {micros("created_at")}, {micros("finished_at")}
  FROM tessella.deliveries
 WHERE namespace = %(namespace)s AND webhook_id = %(webhook)s AND (%(cursor)s::uuid IS NULL OR delivery_id < %(cursor)s)
 ORDER BY delivery_id DESC
 LIMIT %(limit)s + 1
"""
_FORGET: Final = f"""
DELETE FROM tessella.deliveries WHERE namespace = %s AND finished_at < now() - interval '{RETENTION_DAYS} days'
"""


async def deliveries_page(
    connection: Connection, namespace: Namespace, webhook: StoredWebhook, limit: int, cursor: str | None
) -> tuple[Sequence[StoredDelivery], str | None]:
    """Those to one webhook, the newest first, and the cursor of the next page; None at the end. Raises `WrongShape`."""
    asked = {"namespace": namespace, "webhook": webhook.webhook_id, "limit": limit, "cursor": id_before(cursor)}
    rows = await (await connection.execute(_PAGE, asked)).fetchall()
    found = [StoredDelivery(made, event, DeliveryState(state), *rest) for made, event, state, *rest in rows]
    shown = found[:limit]
    return shown, shown[-1].delivery_id if len(found) > limit else None


async def forget_old(connection: Connection, namespace: Namespace) -> None:
    """Remove the namespace's deliveries that have been over for `RETENTION_DAYS`."""
    await connection.execute(_FORGET, [namespace])
