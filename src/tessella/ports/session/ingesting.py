"""What comes in a row or a few at a time: events and facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tessella.domain.features.event import Event
from tessella.ports.records import StoredFact


class Ingesting(Protocol):
    """Rows that are acknowledged after their commit."""

    async def add_events(self, events: Sequence[Event]) -> int:
        """Store events; returns how many were new.

        Raises `Conflict` when an event id is stored with another body (the other events are stored), and `Unavailable`.
        """
        ...

    async def add_facts(self, facts: Sequence[StoredFact]) -> int:
        """Store facts; returns how many changed something."""
        ...
