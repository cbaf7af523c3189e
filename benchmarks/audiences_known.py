"""Subjects known by stored facts alone, for the `audiences_recalculate` benchmark: five facts each, 20 segments."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from benchmarks.audiences_customers import AS_OF, KEY
from benchmarks.audiences_home import changed_in, declared, defined_segments, view_of
from tessella.bootstrap import Application
from tessella.domain.definitions import Definitions
from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.schema import Source
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.ports import Caller, Session
from tessella.usecases import apply_definitions
from tessella.warehouse.duckdb import DuckDBWarehouse

NAMESPACE: Final = Namespace("known")
KNOWN_ADMIN: Final = Caller(NAMESPACE, Role.ADMIN)
FACTS: Final = ("total_revenue", "churn_score", "tier", "customer_status", "stores")
#: Two families of segments read nothing else.
SEGMENTS: Final = frozenset(f"s{number}" for number in range(10, 30))


async def define_known(application: Application) -> None:
    """Declare the facts and the segments."""
    await application.administration.create_namespace(NAMESPACE)
    features = [msgspec.structs.replace(each, source=Source.FACT) for each in declared() if each.name in FACTS]
    segments = {name: each for name, each in defined_segments().items() if name in SEGMENTS}
    async with application.session(KNOWN_ADMIN) as session:
        await apply_definitions(
            session, Definitions(features={each.name: each for each in features}, segments=segments)
        )


async def store_facts(session: Session, warehouse: DuckDBWarehouse, home: Path, subjects: int) -> None:
    """Store the facts of everybody, as they are in the file of customers."""
    rows = f"SELECT * FROM read_parquet({literal(str(view_of(home)))}) LIMIT {subjects}"
    await session.add_facts_csv(warehouse.result_csv(_facts_sql(rows, AS_OF)))


async def change_facts(session: Session, warehouse: DuckDBWarehouse, home: Path, number: int, at: Instant) -> None:
    """Store other facts of 1 %."""
    rows = f"SELECT * REPLACE (total_revenue * {1 + number / 10} AS total_revenue, 1 - churn_score AS churn_score)"
    rows += f" FROM read_parquet({literal(str(view_of(home)))}) WHERE {changed_in(number)}"
    await session.add_facts_csv(warehouse.result_csv(_facts_sql(rows, at)))


def _facts_sql(rows: str, as_of: Instant) -> str:
    each = (
        f"SELECT {KEY}, '{name}', CAST(to_json({name}) AS VARCHAR), {as_of} FROM rows WHERE {name} IS NOT NULL"
        for name in FACTS
    )
    return f"WITH rows AS ({rows}) {' UNION ALL '.join(each)}"
