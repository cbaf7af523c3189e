"""Add events: what subjects did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.errors import EventFromFuture, TessellaError
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, Pointer, point
from tessella.domain.privacy.subject_ids import subject_fault
from tessella.ports import EventsAdded, Session
from tessella.usecases.load_subject import own_subject
from tessella.usecases.rejected import refusal

#: How far ahead a sender's clock may be. Late events are taken whatever their age.
AHEAD_MINUTES: Final = 5
_MINUTE_US: Final = 60_000_000
AHEAD_US: Final = AHEAD_MINUTES * _MINUTE_US


async def add_events(
    session: Session, events: Sequence[Event], *, at: Sequence[Pointer] = (), refused: Sequence[TessellaError] = ()
) -> EventsAdded:
    """Store events once each, by their id; those that are wrong are named and cost the others nothing.

    `at` names the events in errors, `refused` are rows that were found wrong before. Raises `NotYours` when a client
    sends another subject's, and what is wrong when nothing can be stored.
    """
    now, ids = session.now(), session.snapshot().definitions.defaults.subject_ids
    good: list[Event] = []
    names: list[Pointer] = []
    faults: list[TessellaError] = []
    for position, event in enumerate(events):
        own_subject(session.caller, event.subject_id)
        name = at[position] if at else point("", position)
        fault = ahead(event.occurred_at, now, point(name, "occurred_at"))
        if (wrong := fault or subject_fault(event.subject_id, ids, point(name, "subject_id"))) is not None:
            faults.append(wrong)
            continue
        good.append(event)
        names.append(name)
    added = await session.add_events(good, at=names, refused=[*refused, *faults])
    if (error := refusal(added.accepted + added.duplicates, added.rejected)) is not None:
        raise error
    return added


def ahead(occurred_at: Instant, now: Instant, at: Pointer) -> EventFromFuture | None:
    """What is wrong with a time that lies too far ahead; None when nothing is. `at` points at it."""
    minutes = (occurred_at - now) / _MINUTE_US
    return EventFromFuture(at, round(minutes), AHEAD_MINUTES) if minutes > AHEAD_MINUTES else None
