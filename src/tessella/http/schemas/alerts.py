"""What somebody is to look at, and who else is told."""

from __future__ import annotations

from typing import Annotated

import msgspec

from tessella.domain.alerts.alert import AlertState
from tessella.domain.alerts.rules import Severity
from tessella.domain.identifiers import DEFINITION_PATTERN
from tessella.domain.notices.notice import Event
from tessella.domain.notices.urls import URL_MAX_LENGTH
from tessella.domain.notices.webhook import MOST_SEGMENTS
from tessella.ports.notices import DeliveryState

SegmentName = Annotated[str, msgspec.Meta(pattern=f"^{DEFINITION_PATTERN.pattern}$")]


class AlertShown(msgspec.Struct, frozen=True):
    """One thing that is wrong, or was."""

    alert_id: str
    #: What kind of thing it is.
    rule: str
    #: What it is wrong with.
    key: str
    severity: Severity
    title: str
    detail: str
    state: AlertState
    first_seen_at: str
    last_seen_at: str
    #: How often it was seen, 1 for the first time.
    seen: int
    #: The role that has acknowledged it; empty as long as none has.
    acknowledged_by: str
    acknowledged_at: str | None
    resolved_at: str | None


class AlertPage(msgspec.Struct, frozen=True):
    """The newest first."""

    items: list[AlertShown]
    next_cursor: str | None


class WebhookBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be told, and to whom."""

    #: https or http, port 443 or 80, of a public address.
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=URL_MAX_LENGTH)]
    events: Annotated[list[Event], msgspec.Meta(min_length=1)]
    #: Only of these segments is it told who enters and leaves; empty for all.
    segment_ids: Annotated[list[SegmentName], msgspec.Meta(max_length=MOST_SEGMENTS)] = []
    is_on: bool = True


class WebhookShown(msgspec.Struct, frozen=True):
    """A webhook. Its secret was shown when it was made."""

    webhook_id: str
    url: str
    events: list[Event]
    segment_ids: list[str]
    is_on: bool
    created_at: str
    changed_at: str


class WebhookWithSecret(WebhookShown, frozen=True):
    """A webhook with the secret that signs what it is sent. It is not shown again."""

    secret: str


class PingBegun(msgspec.Struct, frozen=True):
    """A message that is on its way."""

    delivery_id: str


class DeliveryShown(msgspec.Struct, frozen=True):
    """What has become of one message. What it says is not kept."""

    delivery_id: str
    event: str
    state: DeliveryState
    #: How often it was tried.
    attempts: int
    #: Why it did not arrive the last time; empty where it was not tried, or has arrived.
    problem: str
    created_at: str
    finished_at: str | None


class DeliveryPage(msgspec.Struct, frozen=True):
    """The newest first."""

    items: list[DeliveryShown]
    next_cursor: str | None


class WebhooksShown(msgspec.Struct, frozen=True):
    """All of them, the oldest first."""

    items: list[WebhookShown]
