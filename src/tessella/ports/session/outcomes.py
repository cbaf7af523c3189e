"""What came of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tessella.domain.ranking.outcomes.cells import OutcomeCell


class Outcomes(Protocol):
    """Counts of the events that name decisions. They lag behind the events by some seconds."""

    async def outcome_cells(self) -> Sequence[OutcomeCell]:
        """By segment, profile and position, since they were first counted."""
        ...
