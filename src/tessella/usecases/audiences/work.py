"""What every step of a calculation of audiences works with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import SUBJECT
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.audiences import Calculation
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.audiences.plan import Plan

#: How far a calculation is when all was read, when all was told, and when it was counted: the rest is keeping.
READ: Final = 0.5
TOLD: Final = 0.8
COUNTED: Final = 0.95
#: The table of who has entered and left.
_CHANGES: Final = "membership_changes"


@dataclass(frozen=True, slots=True)
class Work:
    """One calculation that goes on."""

    session: Session
    warehouse: Warehouse
    open_engine: OpenEngine
    plan: Plan
    calculation: Calculation
    progress: Progress

    @property
    def scratch(self) -> Path:
        """For what is needed meanwhile."""
        return self.calculation.scratch

    async def load_opted_out(self) -> None:
        """Have those in a table who are to be left out of everything."""
        from tessella.domain.audiences.local import OPTED_OUT  # loads sqlglot

        await self.warehouse.load_csv(OPTED_OUT, {SUBJECT: "VARCHAR"}, self.session.stream_opted_out())

    async def find_changes(self, before: Audience, old: str, new: str) -> bool:
        """Have those in a table who have entered and left between rows before and now; False: nothing to compare."""
        from tessella.domain.audiences.changes import Comparison  # loads sqlglot

        sql = Comparison(before, self.plan.audience).sql(old, new)
        if sql is None:
            return False
        await self.warehouse.rows(f"CREATE OR REPLACE TABLE {_CHANGES} AS {sql}")
        return True

    def changes(self) -> AsyncIterator[bytes]:
        """What `find_changes` has found, as CSV."""
        return self.warehouse.result_csv(f"SELECT row_number() OVER (), * FROM {_CHANGES}")
