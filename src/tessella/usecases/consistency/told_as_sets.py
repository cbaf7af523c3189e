"""Subjects as a calculation tells them, read at this time: the same parts and statements, over some subjects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import BASE, SUBJECT
from tessella.domain.audiences.places import Place
from tessella.domain.audiences.sides import Told
from tessella.domain.identifiers import SubjectId
from tessella.ports import Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.audiences.facts import facts_part
from tessella.usecases.audiences.plan import Plan
from tessella.usecases.audiences.source_parts import source_part
from tessella.usecases.audiences.telling import Untold, tell
from tessella.usecases.consistency.some_customers import with_some_customers


async def told_as_sets(
    session: Session, warehouse: Warehouse, plan: Plan, open_engine: OpenEngine,
    subject_ids: Sequence[SubjectId], folder: Path,
) -> dict[SubjectId, Told]:  # fmt: skip
    """What is told of each that is found; the rows stay in the folder, as those of a calculation do.

    Nobody is found who has opted out, or of whom no part knows anything. Raises as a calculation does.
    """
    from tessella.domain.audiences.local import OPTED_OUT, bits_of, joined  # loads sqlglot
    from tessella.domain.audiences.rows import audience_rows

    await warehouse.load_csv(OPTED_OUT, {SUBJECT: "VARCHAR"}, session.stream_opted_out())
    parts = [await facts_part(session, warehouse, plan, folder, of=subject_ids)]
    narrowed = with_some_customers(open_engine, subject_ids)
    for _, reading in sorted(plan.snapshot.sources.items()):
        parts.append(await source_part(warehouse, plan, reading, narrowed, folder))
    untold = Untold(joined(parts), bits_of(parts))
    await tell(warehouse, plan, untold, plan.segments_at(Place.LOCAL), folder, folder / BASE)
    return await read_some(warehouse, plan.audience, audience_rows(plan.audience, folder), subject_ids)


async def read_some(
    warehouse: Warehouse, audience: Audience, rows: str, subject_ids: Sequence[SubjectId]
) -> dict[SubjectId, Told]:
    """What rows of an audience tell of some subjects."""
    from tessella.domain.audiences.told_rows import read_told, some_rows_sql  # loads sqlglot

    return read_told(audience, await warehouse.rows(some_rows_sql(audience, rows, subject_ids)))
