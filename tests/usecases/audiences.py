"""What the tests of calculated audiences share."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import mask, word
from tessella.domain.audiences.rows import audience_rows
from tessella.domain.audiences.source import CustomerSource
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.ports import Session, StoredFact
from tessella.ports.audiences import StoredCalculation
from tessella.ports.customer_engine import CustomerEngine
from tessella.storage.sessions import StoredSession
from tessella.usecases.audiences.calculate import calculate_audiences
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tests.database import define

NOW = Instant(1_767_225_600_000_000)


def nowhere(_: Namespace, source: CustomerSource) -> CustomerEngine:
    raise AssertionError(f"nobody asks {source.source_id}")


async def calculated(session: Session, duckdb: DuckDBWorker, *, as_of: Instant = NOW, **more: Any) -> StoredCalculation:
    """A calculation, of stored facts unless `open_engine` is given."""
    told = {"open_engine": nowhere, "progress": lambda _: None} | more
    return await calculate_audiences(session, DuckDBWarehouse(duckdb), as_of=as_of, **told)


async def segment(session: StoredSession, segment_id: str, expr: Any, form: str = "dsl", **more: Any) -> None:
    rules = [{"rule_id": "r", "expr": expr, "form": form}]
    await define(session, Kind.SEGMENT, segment_id, segment_id=segment_id, rules=rules, **more)


async def know(session: Session, facts: Mapping[str, Mapping[str, Any]], as_of: Instant = NOW) -> None:
    """Store facts by subject."""
    stored = [
        StoredFact(SubjectId(who), name, value, as_of) for who, known in facts.items() for name, value in known.items()
    ]
    await session.add_facts(stored)


async def held(session: Session, duckdb: DuckDBWorker) -> dict[str, set[str]]:
    """The members of each segment, and of `first:` and its id those whose first match it is, from the files."""
    active = await session.audience()
    assert active is not None
    found: dict[str, set[str]] = {}
    for at, each in enumerate(active.audience.segments):
        found[each.segment_id] = _ids(duckdb, active.audience, active.folder, f"({word(at)} & {mask(at)}) <> 0")
        found[f"first:{each.segment_id}"] = _ids(duckdb, active.audience, active.folder, f"first = {at}")
    found["first:"] = _ids(duckdb, active.audience, active.folder, "first IS NULL")
    return found


def _ids(duckdb: DuckDBWorker, audience: Audience, folder: Path, condition: str) -> set[str]:
    rows = f"SELECT subject_id FROM ({audience_rows(audience, folder)}) WHERE {condition}"
    return {subject_id for (subject_id,) in duckdb.query(rows)}
