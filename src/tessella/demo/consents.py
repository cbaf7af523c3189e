"""What the demo's households have agreed to.

Nobody's data is shared who has not agreed to it. These were published by the retailer for research, so all of them
have: models can be trained on them, and exports show them. Switch one off to see what becomes of it.
"""

from __future__ import annotations

from collections.abc import Callable

from tessella.bootstrap import Application
from tessella.demo.data import statement, view
from tessella.ports import Session


async def load_consents(application: Application, session: Session, report: Callable[[str], None]) -> None:
    """Store that all households share data, unless some do already: what a user has changed since then stays."""
    if await session.somebody_shares():
        return
    report("Storing what 2,469 households have agreed to")
    with application.warehouse() as duckdb:
        await view(duckdb, "transactions")
        await session.add_consents_csv(duckdb.result_csv(statement("consents.sql")))
