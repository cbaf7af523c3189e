"""An installation whose customers are a Parquet file, with the 100 segments of the `audiences` benchmark over them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.audiences_customers import KEY, SCHEMA, load_households, write_customers
from benchmarks.audiences_workload import expressions
from tessella import usecases
from tessella.bootstrap import Application
from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.definitions import Definitions
from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.schema import BUILT_IN, Feature
from tessella.domain.identifiers import Instant, Json, Namespace, Role, RuleId, SegmentId, SourceId
from tessella.domain.segments.segment import RuleDefinition, Segment
from tessella.ports import Caller, Session
from tessella.ports.audiences import CalculationKind, StoredCalculation
from tessella.usecases import apply_definitions
from tessella.warehouse.duckdb import DuckDBWorker

NAMESPACE: Final = Namespace("customers")
ADMIN: Final = Caller(NAMESPACE, Role.ADMIN)
SHOP: Final = SourceId("shop")
#: When a customer's row has changed: some time in the year.
UPDATED: Final = "make_timestamp(1_483_228_800_000_000 + i % 31_536_000 * 1_000_000) AS updated_at"


def view_of(home: Path) -> Path:
    """The file of all customers."""
    return home / "warehouse" / NAMESPACE / SHOP / "customer_features_view.parquet"


def write_view(home: Path, customers: int) -> None:
    """Write the customers where the source finds them."""
    view_of(home).parent.mkdir(parents=True)
    with DuckDBWorker(memory_limit="2GB", threads=2) as duckdb:
        load_households(duckdb)
        write_customers(duckdb, view_of(home), 0, customers, [UPDATED])


def change_view(home: Path, number: int, at: Instant) -> None:
    """Write other amounts for 1 % of the customers, who say that they have changed at a moment."""
    path, changed = view_of(home), changed_in(number)
    amounts = f"if({changed}, total_revenue * {1 + number / 10}, total_revenue) AS total_revenue"
    scores = f"if({changed}, 1 - churn_score, churn_score) AS churn_score"
    moments = f"if({changed}, make_timestamp({at}), updated_at) AS updated_at"
    rows = f"SELECT * REPLACE ({amounts}, {scores}, {moments}) FROM read_parquet({literal(str(path))}) ORDER BY {KEY}"
    aside = path.with_suffix(".aside")
    with DuckDBWorker(memory_limit="2GB", threads=2) as duckdb:
        duckdb.execute(f"COPY ({rows}) TO {literal(str(aside))} (FORMAT parquet)")
    aside.replace(path)


def changed_in(number: int) -> str:
    """The condition that a customer is among the 1 % of a round."""
    return f"hash({KEY}, {number}) % 100 = 0"


async def define(application: Application) -> None:
    """Declare the source, its features and the segments."""
    await application.administration.create_namespace(NAMESPACE)
    async with application.session(ADMIN) as session:
        await apply_definitions(session, definitions())


def definitions() -> Definitions:
    """The source, its features, and the segments by falling priority."""
    source = CustomerSource(SHOP, SourceEngine.DUCKDB, SHOP, key=KEY, updated_at="updated_at")
    features = {each.name: each for each in declared()}
    return Definitions(features=features, segments=defined_segments(), sources={SHOP: source})


def declared() -> list[Feature]:
    """The features of customers."""
    built_in = {each.name for each in BUILT_IN}
    return [each for name, each in SCHEMA.items() if name not in built_in]


def defined_segments() -> dict[SegmentId, Segment]:
    """The 100 segments, tried in their order."""
    return {
        segment_id: Segment(segment_id, priority=100 - at, rules=(_rule(expr),))
        for at, (segment_id, expr) in enumerate(expressions().items())
    }


async def calculated(
    application: Application, session: Session, as_of: Instant, kind: CalculationKind
) -> StoredCalculation:
    """A calculation, as the job makes it."""
    with application.warehouse() as warehouse:
        return await usecases.calculate_audiences(
            session, warehouse, application.open_engine, as_of=as_of, progress=lambda _: None, kind=kind
        )


def _rule(expr: Json) -> RuleDefinition:
    return RuleDefinition(RuleId("rule"), expr)
