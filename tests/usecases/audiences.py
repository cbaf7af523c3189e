"""What the tests of calculated audiences share."""

from collections.abc import Mapping
from typing import Any

from tessella.domain.audiences.layout import mask, word, words
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
    segments = {at: each.segment_id for at, each in enumerate(active.audience.segments)}
    found: dict[str, set[str]] = {"first:": set()}
    found |= {f"{prefix}{each}": set() for each in segments.values() for prefix in ("", "first:")}
    told = ", ".join(["subject_id", "first", *words(len(segments))])
    rows = audience_rows(active.audience, active.folder)
    for subject_id, first, *bits in duckdb.query(f"SELECT {told} FROM ({rows})"):
        found[f"first:{segments.get(first, '')}"].add(subject_id)
        held_by = dict(zip(words(len(segments)), bits, strict=True))
        for at, segment_id in segments.items():
            if held_by[word(at)] & mask(at):
                found[segment_id].add(subject_id)
    return found
