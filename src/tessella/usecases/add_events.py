"""Add events: what subjects did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.features.event import Event
from tessella.ports import Session
from tessella.usecases.load_subject import own_subject


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the events."""

    accepted: int
    #: Known already, from an earlier request or from this one.
    duplicates: int


async def add_events(session: Session, events: Sequence[Event]) -> Added:
    """Store events once each, by their id. Raises `NotYours` when a client sends another subject's."""
    for event in events:
        own_subject(session.caller, event.subject_id)
    new = await session.add_events(events)
    return Added(new, len(events) - new)
