"""Erase a subject: every row, file and memory that tells of them, until nothing but a pseudonym is left."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.features.duckdb_values import literal
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH, Json, Pseudonym, SubjectId
from tessella.domain.privacy.csv_rows import rows_of_others
from tessella.logs import get_logger
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.jobs import Job, JobRun
from tessella.ports.session.privacy import PersonalFile, PersonalForm

_LOG: Final = get_logger(__name__)
#: What was on its way when the first rows went has arrived, and every process has forgotten the subject.
SETTLE_SECONDS: Final = 3.0
#: What stands where an id has stood in what a job was asked, once it is done.
TOMBSTONE: Final = re.compile(r"erased:[0-9a-f]{32}")
#: How often it is looked whether an export is over.
_LOOK_SECONDS: Final = 0.2
_ASIDE: Final = ".erasing"


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left of a subject, and how much went."""

    #: None where an earlier turn of the same job had come to its end.
    user_hash: Pseudonym | None
    #: Rows that were deleted or changed, by table.
    rows: Mapping[str, int]
    #: Files that were written anew.
    files: int


async def ask_for_erasure(session: Session, subject_id: str) -> JobRun:
    """Have a job erase a subject; the run that does so already where there is one. Raises `WrongShape`."""
    _checked(subject_id)
    if TOMBSTONE.fullmatch(subject_id):
        raise WrongShape("/subject_id", "This is what is left of an erased subject.", "There is nothing to erase.")
    return await session.ask_for(Job.ERASE_SUBJECT, {"subject_id": subject_id})


async def erase_subject(
    session: Session,
    warehouse: Warehouse,
    subject_id: SubjectId,
    progress: Progress,
    *,
    settle_seconds: float = SETTLE_SECONDS,
) -> Erased:
    """Remove all that is known of a subject; may be called again at any point.

    Files are looked through twice, as the database is: a job that had read the subject before may have written since.
    """
    gone, files = Counter[str](), 0
    for share in (0.0, 0.5):
        gone.update(await session.erase_rows(subject_id))
        progress(share + 0.1)
        files += await _erase_from_files(session, warehouse, subject_id)
        progress(share + 0.4)
        _LOG.info("rows_erased", rows=gone.total())
        _LOG.info("files_rewritten", count=files)
        if share == 0.0:
            await _settle(session, settle_seconds)
    return Erased(await session.settle_erasure(subject_id), dict(gone), files)


async def _settle(session: Session, seconds: float) -> None:
    """Wait until exports are over that may have begun before: they hold the subject."""
    begun = set(session.exports_under_way())
    await asyncio.sleep(seconds)
    while begun & set(session.exports_under_way()):  # noqa: ASYNC110  other processes write them
        await asyncio.sleep(_LOOK_SECONDS)


async def _erase_from_files(session: Session, warehouse: Warehouse, subject_id: SubjectId) -> int:
    async with session.audiences_held():
        changed = [await _erased_from(session, warehouse, each, subject_id) for each in session.personal_files()]
        await session.mend_manifests(subject_id)
    return sum(changed)


async def _erased_from(session: Session, warehouse: Warehouse, file: PersonalFile, subject_id: SubjectId) -> bool:
    aside = file.path.with_name(f".{file.path.name}{_ASIDE}")
    aside.unlink(missing_ok=True)
    try:
        if file.form is PersonalForm.PARQUET:
            found = await _write_parquet(warehouse, file, subject_id, aside)
        else:
            found = await asyncio.to_thread(_write_csv, file, subject_id, aside)
        if found:
            await session.replace_file(file, aside)
        return found
    finally:
        aside.unlink(missing_ok=True)


async def _write_parquet(warehouse: Warehouse, file: PersonalFile, subject_id: SubjectId, aside: Path) -> bool:
    """Write the rows of everybody else, in their order; False, and nothing written, where the subject has none."""
    rows = f"read_parquet({literal(str(file.path))})"
    names = await warehouse.rows(f"SELECT name FROM parquet_schema({literal(str(file.path))})")
    if (file.column,) not in [tuple(each) for each in names]:
        return False
    theirs = f'"{file.column}" = {literal(subject_id)}'
    [(count,)] = await warehouse.rows(f"SELECT count(*) FROM {rows} WHERE {theirs}")
    if count:
        await warehouse.result_parquet(f"SELECT * FROM {rows} WHERE NOT ({theirs})", aside)
    return bool(count)


def _write_csv(file: PersonalFile, subject_id: SubjectId, aside: Path) -> bool:
    """The same for CSV. A text that a spreadsheet could run was written with ' before it, an id never."""
    size = file.path.stat().st_size
    with file.path.open("rb") as read, aside.open("wb") as written:
        for record in rows_of_others(read, file.column, subject_id):
            written.write(record)
    return aside.stat().st_size != size


def erased_as(tombstone: str) -> Pseudonym:
    """The pseudonym that is left of a subject.

    >>> erased_as("erased:0123456789abcdef0123456789abcdef")
    '0123456789abcdef0123456789abcdef'
    """
    return Pseudonym(tombstone.removeprefix("erased:"))


def read_erasure(inputs: Mapping[str, Json]) -> SubjectId | None:
    """Whom a job is to erase; None where an earlier turn has come to its end. Raises `WrongShape`."""
    named = inputs.get("subject_id")
    if not isinstance(named, str):
        raise WrongShape("/subject_id", "Nobody is named.", "Send the id of the subject.")
    return None if TOMBSTONE.fullmatch(named) else _checked(named)


def _checked(subject_id: str) -> SubjectId:
    if not 1 <= len(subject_id) <= SUBJECT_MAX_LENGTH or "\0" in subject_id:
        raise WrongShape("/subject_id", "This is no id of a subject.", f"It has 1 to {SUBJECT_MAX_LENGTH} letters.")
    return SubjectId(subject_id)
