"""What happened becomes deliveries, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.notices.notice import MAILED_EVENTS, Event, Notice, body_of, mail_body_of
from tessella.domain.notices.webhook import StoredWebhook
from tessella.settings import Settings
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import new_id
from tessella.storage.notices.webhooks import webhooks_held
from tessella.storage.times import timestamptz

#: The receiver that stands for the addresses of the setting `mail_to`.
EMAIL: Final = "email"
_AT_ONCE: Final = 200
_NOW: Final = timestamptz("%(now)s")
_ADD: Final = f"""
INSERT INTO tessella.deliveries (namespace, delivery_id, webhook_id, event, body, created_at)
VALUES (%(namespace)s, %(id)s, %(webhook)s, %(event)s, %(body)s, {_NOW})
"""
_QUEUE: Final = f"""
INSERT INTO jobs.outbox (delivery_id, namespace, receiver, due_at)
VALUES (%(id)s, %(namespace)s, %(receiver)s, {_NOW})
"""


class Announcer:
    """Writes what is to be delivered, to webhooks and by e-mail."""

    def __init__(self, mailed: Collection[Event]) -> None:
        self._mailed = mailed

    async def announce(
        self, connection: Connection, namespace: Namespace, notices: Iterable[Notice], now: Instant
    ) -> int:
        """Have everybody told who wants to be; returns how many deliveries that makes.

        `now` is the present, whenever it happened: a message is given up a day later. `notices` is not read where
        nobody is told of anything. The transaction must be in the namespace, as its administrator or as the server.
        """
        webhooks = [each for each in await webhooks_held(connection, namespace) if each.webhook.is_on]
        if not webhooks and not self._mailed:
            return 0
        rows = self._rows(namespace, notices, webhooks, now)
        count = 0
        while some := list(islice(rows, _AT_ONCE)):
            async with connection.cursor() as cursor:
                await cursor.executemany(_ADD, some)
                await cursor.executemany(_QUEUE, some)
            count += len(some)
        return count

    async def ping(self, connection: Connection, namespace: Namespace, webhook: StoredWebhook, now: Instant) -> str:
        """Have one webhook told that it is reached, whatever it asks for; returns the id of the delivery."""
        row = _row(namespace, Notice(Event.PING, now, {}), webhook.webhook_id, now)
        await connection.execute(_ADD, row)
        await connection.execute(_QUEUE, row)
        return str(row["id"])

    def _rows(
        self, namespace: Namespace, notices: Iterable[Notice], webhooks: Iterable[StoredWebhook], now: Instant
    ) -> Iterator[dict[str, Any]]:
        for notice in notices:
            for receiver in self._receivers(notice, webhooks):
                yield _row(namespace, notice, receiver, now)

    def _receivers(self, notice: Notice, webhooks: Iterable[StoredWebhook]) -> Iterator[str]:
        for each in webhooks:
            if each.webhook.wants(notice):
                yield each.webhook_id
        if notice.event in self._mailed:
            yield EMAIL


def announcer_of(settings: Settings) -> Announcer:
    """The announcer of this installation."""
    return Announcer(MAILED_EVENTS if settings.mails_alerts else ())


def _row(namespace: Namespace, notice: Notice, receiver: str, now: Instant) -> dict[str, Any]:
    made, is_mail = new_id(), receiver == EMAIL
    return {
        "namespace": namespace, "id": made, "webhook": None if is_mail else receiver, "receiver": receiver,
        "event": notice.event, "now": now, "body": (mail_body_of if is_mail else body_of)(notice, made, namespace),
    }  # fmt: skip
