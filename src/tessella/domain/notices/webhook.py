"""What a webhook is: a URL of somebody's own that is told of events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Instant, SegmentId
from tessella.domain.notices.notice import Event, Notice
from tessella.domain.notices.urls import Reach, check_url

#: The most webhooks of a namespace, and the most segments that one names.
MOST_WEBHOOKS: Final = 100
MOST_SEGMENTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Webhook:
    """What is asked for."""

    url: str
    events: frozenset[Event]
    #: Only of these segments is it told who enters and leaves; empty for all.
    segment_ids: frozenset[SegmentId] = frozenset()
    is_on: bool = True

    def wants(self, notice: Notice) -> bool:
        """Whether it is to be told."""
        is_of_mine = notice.segment_id is None or not self.segment_ids or notice.segment_id in self.segment_ids
        return self.is_on and notice.event in self.events and is_of_mine


@dataclass(frozen=True, slots=True)
class StoredWebhook:
    """A webhook as stored. Its secret is not part of it."""

    webhook_id: str
    webhook: Webhook
    created_at: Instant
    changed_at: Instant


def check_webhook(webhook: Webhook, reach: Reach) -> None:
    """Raises `WrongShape` for a webhook that cannot be."""
    check_url(webhook.url, reach)
    if not webhook.events:
        raise WrongShape("/events", "A webhook has at least one event.", 'Such as "alert.raised".')
    if Event.PING in webhook.events:
        raise WrongShape("/events", "A ping comes when it is asked for, and is no event to ask for ahead.")
    if len(webhook.segment_ids) > MOST_SEGMENTS:
        raise WrongShape("/segment_ids", f"It names {MOST_SEGMENTS} segments at most.", "Leave it empty for all.")
