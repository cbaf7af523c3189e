"""What comes in a row or a few at a time: events and facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tessella.domain.errors import TessellaError
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Pointer
from tessella.ports.records import EventsAdded, FactsAdded, StoredFact


class Ingesting(Protocol):
    """Rows that are acknowledged after their commit. A row that is refused costs the others nothing.

    `at` names the rows in errors, by their position when it is absent. `refused` are rows that were found wrong before;
    they are counted and told with the others. Raises `Unavailable`: whoever sends the same again stores nothing twice.
    """

    async def add_events(
        self, events: Sequence[Event], *, at: Sequence[Pointer] = (), refused: Sequence[TessellaError] = ()
    ) -> EventsAdded:
        """Store events, each once by its id. An id that is stored with another body is refused with `EventConflict`."""
        ...

    async def add_facts(
        self, facts: Sequence[StoredFact], *, at: Sequence[Pointer] = (), refused: Sequence[TessellaError] = ()
    ) -> FactsAdded:
        """Store facts. A later `as_of` replaces an earlier one, never the reverse."""
        ...
