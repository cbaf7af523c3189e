"""Import items from a file."""

from __future__ import annotations

from pathlib import Path

from tessella.domain.imports.mapping import ColumnMapping
from tessella.ports import Files, Progress, Session
from tessella.usecases.store_parts import Imported, store_parts


async def import_items(
    session: Session, files: Files, path: Path, mapping: ColumnMapping, *, report: Path, progress: Progress
) -> Imported:
    """Store the items of a CSV, Parquet or JSON lines file; bad rows go to `report` with line and reason.

    Each takes the place of the item of its id; items that the file does not name stay as they are. Safe to repeat.
    Raises what `Files` raises, before anything is stored.
    """
    dimensions = await session.embedding_dimensions()
    async with files.items(path, mapping, dimensions, report) as prepared:
        return await store_parts(prepared, session.put_items_csv, progress)
