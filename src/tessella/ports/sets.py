"""Whole sets of events, facts and items: an engine for them, and the files that they come from."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tessella.domain.features.schema import Schema
from tessella.domain.identifiers import Instant
from tessella.domain.imports.mapping import ColumnMapping
from tessella.domain.privacy.subject_ids import SubjectIds

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Warehouse(Protocol):
    """A SQL engine for set-wise work, apart from the server's process.

    Sets enter it as CSV, and leave it as CSV, Parquet or arrays. Everything raises `QueryFailed`, `QueryTimedOut` or
    `WorkerLost`.
    """

    async def load_csv(self, table: str, columns: Mapping[str, str], rows: AsyncIterable[bytes]) -> None:
        """Make `table` from CSV without a header; `columns` are names and types of the engine, in order."""
        ...

    async def csv_to_parquet(
        self, path: Path, columns: Mapping[str, str], rows: AsyncIterable[bytes], result: str = "*"
    ) -> None:
        """Write Parquet from CSV without a header: the columns of `result`, which is SQL over those of the CSV."""
        ...

    async def rows(self, sql: str) -> Sequence[Sequence[Any]]:
        """The rows of one statement, which are few."""
        ...

    async def columns(self, sql: str) -> Mapping[str, NDArray[Any]]:
        """The columns of one statement's result by name, each of as many entries as there are rows.

        Numbers are float64 with NaN for NULL, integers without any NULL int64, booleans without any bool, and texts
        objects: str, or None for NULL. Other types are not for it.
        """
        ...

    def result_csv(self, sql: str) -> AsyncIterator[bytes]:
        """The rows of one statement as CSV without a header."""
        ...

    async def result_parquet(self, sql: str, path: Path) -> int:
        """Write the rows of one statement as Parquet; how many."""
        ...


class PreparedFile(Protocol):
    """A file whose rows have been checked."""

    @property
    def rejected(self) -> int:
        """How many rows were written to the report instead."""
        ...

    def size(self) -> int:
        """Bytes of all parts."""
        ...

    def stored_parts(self) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """What is to be stored, in parts of one transaction each: the size in bytes, and the CSV."""
        ...


class Files(Protocol):
    """Reads CSV, Parquet and JSON lines.

    Rows that cannot be stored go to a report, as `line,reason`; there is none when all can be. Raises `FileInvalid`,
    `MissingColumn`, `MappingInvalid`, `UndeclaredColumn` or `FactRefused` before any row is read.
    """

    def events(
        self, path: Path, mapping: ColumnMapping, report: Path, ids: SubjectIds = SubjectIds.OPAQUE
    ) -> AbstractAsyncContextManager[PreparedFile]:
        """The events of a file, whose subjects' ids may be what `ids` says."""
        ...

    def facts(
        self,
        path: Path,
        mapping: ColumnMapping,
        schema: Schema,
        as_of: Instant,
        report: Path,
        ids: SubjectIds = SubjectIds.OPAQUE,
    ) -> AbstractAsyncContextManager[PreparedFile]:
        """The facts of a file, true at `as_of` where it has no column that says when, likewise."""
        ...

    def settings(
        self, path: Path, mapping: ColumnMapping, ids: SubjectIds, report: Path
    ) -> AbstractAsyncContextManager[PreparedFile]:
        """The settings of subjects of a file, likewise."""
        ...

    def items(
        self, path: Path, mapping: ColumnMapping, dimensions: int | None, report: Path
    ) -> AbstractAsyncContextManager[PreparedFile]:
        """The items of a file; `dimensions` is how many numbers an embedding has, None: as many as its first one."""
        ...
