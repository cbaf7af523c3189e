"""Say of sources of customers whose rows are older than expected, and of those that no longer are."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import SOURCE_OLD
from tessella.domain.audiences.ages import told_age
from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.reading import SourceReading
from tessella.domain.identifiers import Instant, SourceId
from tessella.ports import Session
from tessella.usecases.alerts import resolve_others


async def watch_sources(session: Session) -> None:
    """Look at the calculation in use, as of now. Nothing is asked of a source. Raises `Unavailable`."""
    active = await session.audience()
    if active is not None:
        calculation = await session.calculation(active.audience.version)
        sources = session.snapshot().sources
        await tell_ages(session, sources, active.audience, read_at=calculation.begun_at, now=session.now())


async def tell_ages(
    session: Session, sources: Mapping[SourceId, SourceReading], audience: Audience, *, read_at: Instant, now: Instant
) -> None:
    """Raise the alert of each source that is too old at `now`, and resolve the others and those of sources gone."""
    old: set[str] = set()
    for source_id, reading in sources.items():
        if detail := told_age(reading.source, audience.watermarks.get(source_id), read_at, now):
            old.add(source_id)
            await session.raise_alert(Raised(SOURCE_OLD, source_id, detail))
    await resolve_others(session, [SOURCE_OLD], old)
