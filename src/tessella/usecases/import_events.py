"""Import events from a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tessella.domain.imports.mapping import ColumnMapping
from tessella.ports import Files, PreparedFile, Session

#: Told after each part: the share of the file that is stored, 0 to 1.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    #: Events that were new, or facts that changed something.
    stored: int
    #: Rows in the report.
    rejected: int


async def import_events(
    session: Session, files: Files, path: Path, mapping: ColumnMapping, *, report: Path, progress: Progress
) -> Imported:
    """Store the events of a CSV, Parquet or JSON lines file; bad rows go to `report` with line and reason.

    Safe to repeat: an event whose id is stored already is left as it is, so an import that broke off can be run again.
    Raises what `Files` raises, before anything is stored.
    """
    async with files.events(path, mapping, report) as prepared:
        stored = await store_parts(prepared, session.add_events_csv, progress)
        return Imported(stored, prepared.rejected)


async def store_parts(prepared: PreparedFile, store: Callable[..., Awaitable[int]], progress: Progress) -> int:
    """Store each part in a transaction of its own; how many rows changed something."""
    stored, done, size = 0, 0, prepared.size()
    progress(0.0)
    async for part_size, rows in prepared.stored_parts():
        stored += await store(rows)
        done += part_size
        progress(done / size if size else 1.0)
    return stored
