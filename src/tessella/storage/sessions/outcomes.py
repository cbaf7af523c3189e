"""What came of decisions."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.ranking.outcomes.cells import OutcomeCell
from tessella.storage import outcomes
from tessella.storage.sessions.base import SessionBase


class OutcomesPart(SessionBase):
    """`ports.session.Outcomes` over PostgreSQL."""

    __slots__ = ()

    async def outcome_cells(self) -> Sequence[OutcomeCell]:
        async with self._administering() as connection:
            return await outcomes.outcome_cells(connection, self.caller.namespace)
