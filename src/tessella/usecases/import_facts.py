"""Import facts from a file."""

from __future__ import annotations

from pathlib import Path

from tessella.domain.features.schema import Schema
from tessella.domain.identifiers import Instant
from tessella.domain.imports.mapping import ColumnMapping
from tessella.ports import Files, Progress, Session
from tessella.usecases.store_parts import Imported, store_parts


async def import_facts(
    session: Session,
    files: Files,
    path: Path,
    mapping: ColumnMapping,
    *,
    as_of: Instant,
    report: Path,
    progress: Progress,
) -> Imported:
    """Store the facts of a file with one row a subject and one column a feature; bad rows go to `report`.

    Every cell passes the gate of its feature's declared type; an empty one is no fact, and a row with a bad one stores
    nothing. `as_of` is when the facts were true, for a file without a column of that name. Safe to repeat. Raises what
    `Files` raises, before anything is stored.
    """
    definitions = await session.definitions()
    schema, ids = Schema(definitions.features.values()), definitions.defaults.subject_ids
    async with files.facts(path, mapping, schema, as_of, report, ids) as prepared:
        return await store_parts(prepared, session.add_facts_csv, progress)
