"""Calculate audiences from everything that there is to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from tessella.domain.audiences.layout import BASE
from tessella.domain.audiences.places import Place
from tessella.domain.identifiers import Instant, SourceId
from tessella.logs import get_logger
from tessella.ports.audiences import CalculationKind, Found
from tessella.usecases.audiences.facts import facts_part
from tessella.usecases.audiences.source_parts import source_part, watermark
from tessella.usecases.audiences.telling import Untold, tally_rows, tell
from tessella.usecases.audiences.work import COUNTED, READ, TOLD, Work
from tessella.usecases.progress import after_each

if TYPE_CHECKING:
    from tessella.domain.audiences.local import Part

_LOG: Final = get_logger(__name__)


async def calculate_all(work: Work) -> Found:
    """Read everything, write a row for everybody, and compare them with the calculation before."""
    from tessella.domain.audiences.local import bits_of, joined  # loads sqlglot
    from tessella.domain.audiences.rows import audience_rows

    parts, watermarks = await _read(work)
    plan, calculation, warehouse = work.plan, work.calculation, work.warehouse
    untold, local = Untold(joined(parts), bits_of(parts)), plan.segments_at(Place.LOCAL)
    count = await tell(warehouse, plan, untold, local, work.scratch, calculation.folder / BASE)
    work.progress(TOLD)
    _LOG.info("segments_told", rows=count)
    audience = msgspec.structs.replace(plan.audience, rows=count, watermarks=watermarks)
    rows = audience_rows(audience, calculation.folder)
    tally = await tally_rows(warehouse, rows, len(audience.segments))
    before = calculation.before
    compared = before is not None and await work.find_changes(
        before.audience, audience_rows(before.audience, before.folder), rows
    )
    work.progress(COUNTED)
    _LOG.info("members_counted")
    return Found(audience, CalculationKind.FULL, tally, work.changes() if compared else None)


async def _read(work: Work) -> tuple[list[Part], dict[SourceId, Instant]]:
    """Stored facts and every source, and up to when each source has been read."""
    plan, sources = work.plan, work.plan.snapshot.sources
    tell_progress = after_each(work.progress, 1 + len(sources), begin=0.0, end=READ)
    await work.load_opted_out()
    parts, watermarks = [await facts_part(work.session, work.warehouse, plan, work.scratch)], {}
    _LOG.info("facts_read")
    tell_progress()
    for source_id, reading in sorted(sources.items()):
        part = await source_part(work.warehouse, plan, reading, work.open_engine, work.scratch)
        if reading.source.updated_at and (last := await watermark(work.warehouse, part)) is not None:
            watermarks[source_id] = min(last, plan.audience.as_of)
        parts.append(part)
        _LOG.info("source_read", source=source_id)
        tell_progress()
    return parts, watermarks
