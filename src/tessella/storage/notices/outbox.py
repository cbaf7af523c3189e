"""Deliveries as a worker takes them: `ports.Outbox` over PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import MAIL_FAILING, WEBHOOK_FAILING, AlertRule
from tessella.domain.identifiers import Instant, Namespace
from tessella.ports.notices import Claimed, Delivery
from tessella.storage.alerts import raise_alert, resolve_alert
from tessella.storage.connections.connecting import Connection
from tessella.storage.connections.database import Database
from tessella.storage.notices.announcing import EMAIL, Announcer
from tessella.storage.notices.shared import still_shared
from tessella.storage.notices.webhooks import secret_place
from tessella.storage.scope import Scope, system
from tessella.storage.times import micros, timestamptz
from tessella.storage.vault import Vault

#: A worker that has died gives back what it had taken after so long. Longer than a delivery may take.
LEASE_SECONDS: Final = 60
#: Receivers of one namespace that are begun with at once.
PER_NAMESPACE: Final = 8
_NOW: Final = timestamptz("%(now)s")
#: The first of each receiver, and of these the first few of each namespace; what is being claimed is passed over. It
#: goes from receiver to receiver by the index: however much waits for one of them, the others are found as soon.
_CLAIM: Final = f"""
WITH RECURSIVE receivers AS (
(SELECT namespace, receiver FROM jobs.outbox ORDER BY namespace, receiver LIMIT 1)
UNION ALL
SELECT next.namespace, next.receiver
  FROM receivers AS last CROSS JOIN LATERAL (
       SELECT namespace, receiver FROM jobs.outbox
        WHERE (namespace, receiver) > (last.namespace, last.receiver) ORDER BY namespace, receiver LIMIT 1) AS next
), placed AS (
SELECT first.delivery_id, row_number() OVER (PARTITION BY namespace ORDER BY first.due_at) AS place
  FROM receivers CROSS JOIN LATERAL (
       SELECT delivery_id, due_at FROM jobs.outbox AS waiting
        WHERE waiting.namespace = receivers.namespace AND waiting.receiver = receivers.receiver AND due_at <= {_NOW}
        ORDER BY due_at LIMIT 1) AS first
 WHERE (namespace || ' ' || receiver) <> ALL (%(busy)s) AND namespace <> ALL (%(full)s)
), taken AS (
SELECT waiting.delivery_id FROM jobs.outbox AS waiting JOIN placed USING (delivery_id)
 WHERE place <= {PER_NAMESPACE} AND waiting.due_at <= {_NOW}
 ORDER BY place, waiting.due_at LIMIT %(most)s FOR UPDATE OF waiting SKIP LOCKED
)
UPDATE jobs.outbox AS waiting SET due_at = {_NOW} + interval '{LEASE_SECONDS} seconds'
  FROM taken WHERE waiting.delivery_id = taken.delivery_id
RETURNING waiting.delivery_id::text, waiting.namespace, waiting.receiver
"""
_READ: Final = f"""
SELECT event, body, attempts, {micros("delivery.created_at")}, webhook.url, webhook.secret, webhook.is_on
  FROM tessella.deliveries AS delivery LEFT JOIN tessella.webhooks AS webhook USING (namespace, webhook_id)
 WHERE namespace = %(namespace)s AND delivery_id = %(id)s AND state = 'waiting'
"""
_FINISH: Final = f"""
UPDATE tessella.deliveries
   SET state = %(state)s, body = NULL, attempts = attempts + 1, problem = %(problem)s, finished_at = {_NOW}
 WHERE namespace = %(namespace)s AND delivery_id = %(id)s AND state = 'waiting'
"""
_FAIL: Final = """
UPDATE tessella.deliveries SET attempts = attempts + 1, problem = %(problem)s
 WHERE namespace = %(namespace)s AND delivery_id = %(id)s AND state = 'waiting'
"""
_POSTPONE: Final = f"UPDATE jobs.outbox SET due_at = {_NOW} WHERE delivery_id = %(id)s"
_LEAVE: Final = "DELETE FROM jobs.outbox WHERE delivery_id = %(id)s"
#: The outbox stands outside of row security, and nothing else is open to this.
_NOBODY: Final = Scope(Namespace(""), "")
SWITCHED_OFF: Final = "The webhook was switched off."
NOBODY_SHARES: Final = "Nobody whom it names shares data any more."


class StoredOutbox:
    """What waits in all namespaces."""

    def __init__(self, database: Database, vault: Vault, announcer: Announcer) -> None:
        self._database = database
        self._vault = vault
        self._announcer = announcer

    async def claim(
        self, now: Instant, *, most: int, busy: Collection[str], full: Collection[Namespace]
    ) -> Sequence[Claimed]:
        """Take deliveries that are due, for `LEASE_SECONDS`."""
        asked = {"now": now, "most": most, "busy": [*busy], "full": [*full]}
        async with self._database.transaction(_NOBODY) as connection:
            return [Claimed(*row) for row in await (await connection.execute(_CLAIM, asked)).fetchall()]

    async def read(self, claimed: Claimed, now: Instant) -> Delivery | None:
        """The message; None where there is nothing to send any more."""
        told = {"namespace": claimed.namespace, "id": claimed.delivery_id}
        async with self._database.transaction(system(claimed.namespace)) as connection:
            found = await (await connection.execute(_READ, told)).fetchone()
            if found is None:
                await connection.execute(_LEAVE, told)
                return None
            event, body, attempts, created_at, url, sealed, is_on = found
            if is_on is False:
                await _finish(connection, claimed, "dead", SWITCHED_OFF, now)
                return None
            shared = await still_shared(connection, claimed.namespace, event, body)
            if shared is None:
                await _finish(connection, claimed, "dead", NOBODY_SHARES, now)
                return None
        return Delivery(claimed, event, shared, attempts, created_at, url or "", sealed or b"")

    def secret_of(self, delivery: Delivery) -> str:
        """What it is signed with. Raises `SecretUnreadable`."""
        claimed = delivery.claimed
        return self._vault.open(delivery.sealed, secret_place(claimed.namespace, claimed.receiver))

    async def delivered(self, claimed: Claimed, now: Instant) -> None:
        """Keep that it has arrived, and resolve the alert about its receiver if there is one."""
        async with self._database.transaction(system(claimed.namespace)) as connection:
            await _finish(connection, claimed, "delivered", "", now)
            rule, key = _alert_about(claimed)
            await resolve_alert(connection, claimed.namespace, rule, key, now, self._announcer)

    async def failed(self, delivery: Delivery, problem: str, next_at: Instant) -> None:
        """Have it tried again."""
        claimed = delivery.claimed
        told = {"namespace": claimed.namespace, "id": claimed.delivery_id, "problem": problem, "now": next_at}
        async with self._database.transaction(system(claimed.namespace)) as connection:
            await connection.execute(_FAIL, told)
            await connection.execute(_POSTPONE, told)

    async def give_up(self, claimed: Claimed, problem: str, now: Instant) -> None:
        """Keep that it never arrived, and raise an alert about its receiver."""
        async with self._database.transaction(system(claimed.namespace)) as connection:
            await _finish(connection, claimed, "dead", problem, now)
            raised = Raised(*_alert_about(claimed), f"A message could not be delivered for a day: {problem}")
            await raise_alert(connection, claimed.namespace, raised, now, self._announcer)


async def _finish(connection: Connection, claimed: Claimed, state: str, problem: str, now: Instant) -> None:
    told = {"namespace": claimed.namespace, "id": claimed.delivery_id, "state": state, "problem": problem, "now": now}
    await connection.execute(_FINISH, told)
    await connection.execute(_LEAVE, told)


def _alert_about(claimed: Claimed) -> tuple[AlertRule, str]:
    if claimed.receiver == EMAIL:
        return MAIL_FAILING, ""
    return WEBHOOK_FAILING, claimed.receiver
