"""What the law asks for: subjects erased, what is old removed, pseudonyms under a new key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from tessella.domain.identifiers import Instant, Pseudonym, SubjectId
from tessella.domain.privacy.terms import Terms


class PersonalForm(StrEnum):
    """How a file holds subjects."""

    #: A column of Parquet.
    PARQUET = "parquet"
    #: A column of CSV with a header.
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """A file that may hold rows of subjects."""

    path: Path
    form: PersonalForm
    #: The column that names them.
    column: str


class Privacy(Protocol):
    """Administrators only: the database lets nobody else ask for the job that uses this."""

    async def erase_rows(self, subject_id: SubjectId) -> Mapping[str, int]:
        """Remove all that the database holds of a subject, and have every process forget them within two seconds.

        How many rows were deleted or changed, by table. A second call finds what came in meanwhile.
        """
        ...

    async def settle_erasure(self, subject_id: SubjectId) -> Pseudonym:
        """Leave nothing but the pseudonym, under which the erasure is remembered."""
        ...

    def audiences_held(self) -> AbstractAsyncContextManager[None]:
        """Nobody calculates audiences meanwhile; waits until a calculation that goes on is over."""
        ...

    def exports_under_way(self) -> Collection[Path]:
        """Exports that are being written here now. What was left half-written an hour ago or earlier is removed."""
        ...

    def personal_files(self) -> Sequence[PersonalFile]:
        """The namespace's files that may hold rows of subjects: audiences, predictions for segments, exports."""
        ...

    async def replace_file(self, file: PersonalFile, written: Path) -> None:
        """Put a file in the place of one that holds the same without a subject."""
        ...

    async def mend_manifests(self, subject_id: SubjectId) -> None:
        """Have the manifests of audiences and predictions say what their files are now, also after a crash."""
        ...

    async def delete_expired(self, now: Instant) -> Mapping[str, int]:
        """Delete what has been kept for as long as it may be; how many rows by table."""
        ...

    async def count_expired(self, now: Instant) -> Mapping[str, int]:
        """How many rows `delete_expired` would delete."""
        ...

    async def rename_subjects(self, subject_ids: Sequence[SubjectId]) -> int:
        """Name subjects by the key in use where they are named by the one before it; how many rows were changed."""
        ...

    def stream_subject_ids(self) -> AsyncIterator[Sequence[SubjectId]]:
        """Everybody of whom a table holds a row, once each, some at a time."""
        ...

    def retention_terms(self) -> Terms:
        """How long each is kept."""
        ...

    async def stored_columns(self) -> Mapping[str, Sequence[str]]:
        """The columns of every table, as the database has them."""
        ...
