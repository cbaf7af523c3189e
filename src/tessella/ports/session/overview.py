"""All that is counted for an overview, at once."""

from __future__ import annotations

from typing import Protocol

from tessella.ports.overview import OverviewFigures


class Overviews(Protocol):
    """Figures of the whole namespace, in few statements."""

    async def overview_figures(self) -> OverviewFigures:
        """Decisions of the last hour and day, jobs that fail, recommendations that wait, and what there is at all."""
        ...
