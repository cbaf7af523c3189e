"""What the overview counts."""

from __future__ import annotations

from tessella.ports.overview import OverviewFigures
from tessella.storage.overview import overview_figures
from tessella.storage.sessions.base import SessionBase


class OverviewPart(SessionBase):
    """`ports.session.Overviews` over PostgreSQL."""

    __slots__ = ()

    async def overview_figures(self) -> OverviewFigures:
        async with self._administering() as connection:
            return await overview_figures(connection, self.caller.namespace, self.now())
