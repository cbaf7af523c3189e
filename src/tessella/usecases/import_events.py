"""Import events from a file."""

from __future__ import annotations

from pathlib import Path

from tessella.domain.imports.mapping import ColumnMapping
from tessella.ports import Files, Progress, Session
from tessella.usecases.store_parts import Imported, store_parts


async def import_events(
    session: Session, files: Files, path: Path, mapping: ColumnMapping, *, report: Path, progress: Progress
) -> Imported:
    """Store the events of a CSV, Parquet or JSON lines file; bad rows go to `report` with line and reason.

    Safe to repeat: an event whose id is stored already is left as it is, so an import that broke off can be run again.
    Raises what `Files` raises, before anything is stored.
    """
    ids = (await session.definitions()).defaults.subject_ids
    async with files.events(path, mapping, report, ids) as prepared:
        return await store_parts(prepared, session.add_events_csv, progress)
