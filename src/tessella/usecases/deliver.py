"""Deliver one message that waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import DeliveryFailed, NoMailServer, storable
from tessella.domain.identifiers import Instant
from tessella.domain.notices.mail import mail_of
from tessella.domain.notices.schedule import next_attempt
from tessella.domain.notices.signature import signed_headers
from tessella.ports.notices import Claimed, Delivery, Mailer, Outbox, WebhookSender

#: The most characters that are kept of why a message did not arrive; what a receiver says can be long.
PROBLEM_MAX_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class Courier:
    """What delivering takes."""

    outbox: Outbox
    webhooks: WebhookSender
    #: None where no mail server is set.
    mailer: Mailer | None
    clock: Callable[[], Instant]
    #: A number from 0 to 1, uniform.
    chance: Callable[[], float]
    #: Of e-mails that are written in several: `en` or `es`.
    language: str = "en"


async def deliver(courier: Courier, claimed: Claimed) -> None:
    """Send a message and keep what came of it: it has arrived, is tried again later, or is given up.

    It may arrive twice: where its receiver has it and we never learn so. Raises `Unavailable` while the database is
    away; then another worker takes it.
    """
    delivery = await courier.outbox.read(claimed, courier.clock())
    if delivery is None:
        return
    try:
        await _send(courier, delivery)
    except DeliveryFailed as error:
        await _put_off(courier, delivery, storable(error.message, PROBLEM_MAX_LENGTH))
    else:
        await courier.outbox.delivered(claimed, courier.clock())


async def _send(courier: Courier, delivery: Delivery) -> None:
    if delivery.url:
        body = delivery.body.encode()
        secret, delivery_id = courier.outbox.secret_of(delivery), delivery.claimed.delivery_id
        headers = signed_headers(secret, delivery_id, delivery.event, body, courier.clock())
        await courier.webhooks.send(delivery.url, headers, body)
    elif courier.mailer is None:
        raise NoMailServer
    else:
        await courier.mailer.send(mail_of(delivery.body, courier.language), delivery.claimed.delivery_id)


async def _put_off(courier: Courier, delivery: Delivery, problem: str) -> None:
    now = courier.clock()
    next_at = next_attempt(delivery.created_at, delivery.attempts + 1, now, courier.chance())
    if next_at is None:
        await courier.outbox.give_up(delivery.claimed, problem, now)
    else:
        await courier.outbox.failed(delivery, problem, next_at)
