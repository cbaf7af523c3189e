"""What reads calculated audiences, and what writes their members to files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

Row = Sequence[Any]


class AudienceReading(Protocol):
    """Asks DuckDB, beside this process, about the files of a calculation."""

    async def rows(self, sql: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        """The rows of one statement: few, and of plain values.

        Raises `AudienceBusy` when too many wait, `AudienceUnread`, `AudienceTooWide`, `QueryTimedOut` or `WorkerLost`.
        """
        ...


class FileForm(StrEnum):
    """How exported rows are written."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written."""

    #: A path of the server, or a URL.
    place: str
    rows: int
    bytes: int


class MemberFiles(Protocol):
    """Writes the rows of a statement to a file, which is whole or not there."""

    def check(self, target: str) -> None:
        """Raises `ExportRefused` for a place that nothing may be written to."""
        ...

    async def write(self, sql: str, parameters: Mapping[str, Any], form: FileForm, target: str) -> Written:
        """Write it, in place of what is there.

        Raises `ExportRefused`, `ExportNotWritten`, `DiskFull`, `QueryFailed`, `QueryTimedOut` or `WorkerLost`.
        """
        ...
