"""Calculate what has changed since the calculation before: new facts, changed rows of sources, time that has passed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import BASE, DELTA, SUBJECT
from tessella.domain.audiences.places import Place
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SourceId
from tessella.logs import get_logger
from tessella.ports.audiences import ActiveAudience, CalculationKind, Found
from tessella.usecases.audiences.facts import facts_part
from tessella.usecases.audiences.source_parts import changed_part, watermark
from tessella.usecases.audiences.telling import Untold, tally_rows, tell
from tessella.usecases.audiences.work import COUNTED, READ, TOLD, Work

if TYPE_CHECKING:
    from tessella.domain.audiences.local import Part

_LOG: Final = get_logger(__name__)
#: What was deleted in a source is seen by a full calculation only: after so long there is one.
FULL_EVERY_US: Final = DAY_US
#: A row may become visible in its source so long after the moment at which it says that it has changed.
MARGIN_US: Final = 300_000_000


async def base_of_increment(work: Work) -> ActiveAudience | None:
    """The calculation before, where what has changed since it is enough to make another of it.

    It is not when definitions have changed, a source does not say when rows change, a day has passed since everything
    was read, or somebody has come back who had opted out and may be in a source.
    """
    before, plan = work.calculation.before, work.plan
    if before is None or before.horizon is None or not plan.audience.means_the_same(before.audience):
        return None
    since_full = plan.audience.as_of - before.audience.full_as_of
    if not 0 <= since_full < FULL_EVERY_US or not plan.snapshot.sources.keys() <= before.audience.watermarks.keys():
        return None
    if plan.snapshot.sources and await work.session.somebody_has_opted_in(before.horizon):
        return None
    return before


async def calculate_changed(work: Work, before: ActiveAudience) -> Found:
    """Make the rows of those anew of whom something has changed, and keep the others."""
    from tessella.domain.audiences.increment import OLD, refreshed  # loads sqlglot
    from tessella.domain.audiences.rows import audience_rows, parquet

    parts, watermarks = await _read(work, before)
    plan, warehouse = work.plan, work.warehouse
    rows = audience_rows(before.audience, before.folder)
    await _touch(work, before, rows, parts)
    told = work.scratch / "told.parquet"
    wanted = [each for each in plan.positions if plan.placed[each].place is not Place.IN_PROCESS]
    await tell(warehouse, plan, Untold(refreshed(plan.audience, parts)), wanted, work.scratch, told)
    work.progress(TOLD)
    _LOG.info("segments_told")
    old, new, segments = f"SELECT * FROM {OLD}", f"SELECT * FROM {parquet(told)}", len(plan.positions)
    tally = await work.session.audience_tally(before)
    tally = tally - await tally_rows(warehouse, old, segments) + await tally_rows(warehouse, new, segments)
    compared = await work.find_changes(before.audience, old, new)
    work.progress(COUNTED)
    _LOG.info("members_counted")
    audience = msgspec.structs.replace(
        plan.audience, rows=tally.subjects, full_as_of=before.audience.full_as_of, watermarks=watermarks
    )
    kept = await _keep(work, before, audience, told)
    return Found(kept, CalculationKind.INCREMENTAL, tally, work.changes() if compared else None)


async def _read(work: Work, before: ActiveAudience) -> tuple[list[Part], dict[SourceId, Instant]]:
    """What has changed of facts and sources, and up to when each source has been read."""
    from tessella.domain.audiences.increment import REREAD  # loads sqlglot

    plan, session, warehouse, folder = work.plan, work.session, work.warehouse, work.scratch
    assert before.horizon is not None, "it is the base of an increment"
    await work.load_opted_out()
    await warehouse.load_csv(REREAD, {SUBJECT: "VARCHAR"}, session.stream_changed_subjects(before.horizon))
    parts = [await facts_part(session, warehouse, plan, folder, before.horizon)]
    _LOG.info("changed_facts_read")
    watermarks = dict(before.audience.watermarks)
    for source_id, reading in sorted(plan.snapshot.sources.items()):
        since = Instant(watermarks[source_id] - MARGIN_US)
        part = await changed_part(warehouse, plan, reading, work.open_engine, folder, since)
        last = await watermark(warehouse, part) or watermarks[source_id]
        watermarks[source_id] = Instant(max(watermarks[source_id], min(last, plan.audience.as_of)))
        parts.append(part)
        _LOG.info("source_read", source=source_id)
    work.progress(READ)
    return parts, watermarks


async def _touch(work: Work, before: ActiveAudience, rows: str, parts: Sequence[Part]) -> None:
    """Have those in a table of whom something has changed, or whom time may have moved, and their rows in another."""
    from tessella.domain.audiences.increment import old_rows_sql, passed_between, touched_sql  # loads sqlglot

    plan, membership = work.plan, work.plan.snapshot.membership
    trees = [membership[each] for each in plan.positions]
    passed = passed_between(plan.audience, trees, before.audience.as_of, plan.audience.as_of)
    await work.warehouse.rows(touched_sql(parts, rows, passed))
    await work.warehouse.rows(old_rows_sql(rows))


async def _keep(work: Work, before: ActiveAudience, audience: Audience, told: Path) -> Audience:
    """Lay the new rows over those before, and write everything anew where they have become many."""
    from tessella.domain.audiences.increment import MOST_SHARE, compacted, delta_sql  # loads sqlglot

    calculation, warehouse, scratch = work.calculation, work.warehouse, work.scratch
    calculation.take_over_base()
    sql = delta_sql(before.audience, before.folder, told)
    laid = msgspec.structs.replace(audience, delta_rows=await warehouse.result_parquet(sql, scratch / DELTA))
    if laid.delta_rows <= MOST_SHARE * laid.rows:
        calculation.keep_scratch()
        return laid
    await warehouse.result_parquet(compacted(laid, scratch), calculation.folder / BASE)
    return audience
