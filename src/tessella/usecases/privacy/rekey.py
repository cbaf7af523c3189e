"""Replace the key of the pseudonyms: name everybody in the audit by the one in use."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.ports import Progress, Session


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """Who was looked at, and how many rows name them by the new key now."""

    subjects: int
    rows: int


async def rekey_pseudonyms(session: Session, progress: Progress) -> Rekeyed:
    """Name everybody of whom a table holds a row by the key in use; may be broken off and called again at any point.

    Rows of who is in no table keep the name that they have: without the key before, nobody can tell whose it is.
    """
    subjects = rows = 0
    async for some in session.stream_subject_ids():
        rows += await session.rename_subjects(some)
        subjects += len(some)
        progress(1 - 1 / (1 + subjects))
    progress(1.0)
    return Rekeyed(subjects, rows)
