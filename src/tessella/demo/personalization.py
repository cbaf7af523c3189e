"""What the demo's scopes show, and the vectors of its households: what rankings are made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tessella.bootstrap import Application
from tessella.demo.data import statement_at
from tessella.domain.identifiers import Instant, ScopeId
from tessella.ports import Session
from tessella.usecases.personalization.refresh_vectors import refresh_vectors

#: The scope of which the demo shows a request.
HOROSCOPES: Final = ScopeId("daily_horoscopes")


async def load_scopes(
    application: Application, session: Session, as_of: Instant, report: Callable[[str], None]
) -> None:
    """Store what there is to show, and the vectors as of a moment. The horoscopes of today are approved now."""
    report("Storing 24 horoscopes and 7 notifications as items")
    with application.warehouse() as duckdb:
        await session.put_items_csv(duckdb.result_csv(statement_at("scope_items.sql", session.now())))
    report("Computing the vectors of households")
    with application.warehouse() as duckdb:
        await refresh_vectors(session, duckdb, as_of=as_of)
