"""What is told, and the bytes that tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import msgspec

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant, Json, Namespace, SegmentId, SubjectId

#: The most subjects of one notice: whoever enters or leaves at once is told in parts.
MOST_SUBJECTS: Final = 500


class Event(StrEnum):
    """What can be told."""

    ALERT_RAISED = "alert.raised"
    ALERT_RESOLVED = "alert.resolved"
    #: An experiment has begun to be segmented by itself.
    EXPERIMENT_ACTIVATED = "experiment.activated"
    SEGMENT_ENTERED = "segment.entered"
    SEGMENT_LEFT = "segment.left"
    #: Sent to one webhook when somebody asks for it.
    PING = "ping"


ALERT_EVENTS: Final = frozenset({Event.ALERT_RAISED, Event.ALERT_RESOLVED})
#: What goes out by e-mail where there is a mail server.
MAILED_EVENTS: Final = ALERT_EVENTS | {Event.EXPERIMENT_ACTIVATED}
#: By whether a subject has entered a segment.
MEMBERSHIP_EVENTS: Final[Mapping[bool, Event]] = {True: Event.SEGMENT_ENTERED, False: Event.SEGMENT_LEFT}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened."""

    event: Event
    at: Instant
    data: Mapping[str, Json]
    #: Of an event that is about a segment.
    segment_id: SegmentId | None = None
    #: Who is told by e-mail, in place of the addresses of the setting `mail_to`; empty: those.
    mail_to: tuple[str, ...] = ()


def membership_notice(
    event: Event, segment_id: SegmentId, subject_ids: Sequence[SubjectId], calculation: str, at: Instant
) -> Notice:
    """That subjects have entered or left a segment between a calculation and the one before it.

    At most `MOST_SUBJECTS` of them.
    """
    assert len(subject_ids) <= MOST_SUBJECTS, "a notice is small"
    data = {"segment_id": segment_id, "calculation": calculation, "subject_ids": [*subject_ids]}
    return Notice(event, at, data, segment_id)


def body_of(notice: Notice, delivery_id: str, namespace: Namespace) -> str:
    """The JSON text that is delivered. It holds the id of the delivery, so that a signature covers that too.

    >>> body_of(Notice(Event.ALERT_RAISED, Instant(0), {}), "d-1", Namespace("shop"))
    '{"delivery_id":"d-1","event":"alert.raised","namespace":"shop","occurred_at":"1970-01-01T00:00:00+00:00"}'
    """
    head = {
        "delivery_id": delivery_id, "event": notice.event, "namespace": namespace, "occurred_at": iso(notice.at),
    }  # fmt: skip
    return msgspec.json.encode(head | dict(notice.data)).decode()


def mail_body_of(notice: Notice, delivery_id: str, namespace: Namespace) -> str:
    """The same for an e-mail, with whom it goes to where that is not everybody of the setting `mail_to`."""
    addressed = {"mail_to": [*notice.mail_to]} if notice.mail_to else {}
    return body_of(replace(notice, data={**notice.data, **addressed}), delivery_id, namespace)
