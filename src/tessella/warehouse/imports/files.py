"""Files as the use cases see them: their columns, then good rows in parts and a report of the bad ones."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.errors import FileInvalid, QueryFailed
from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.schema import Schema
from tessella.domain.identifiers import Instant
from tessella.domain.imports.event_fields import event_fields
from tessella.domain.imports.fact_columns import fact_columns
from tessella.domain.imports.item_fields import item_fields
from tessella.domain.imports.mapping import ColumnMapping
from tessella.domain.imports.setting_fields import setting_fields
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.warehouse.duckdb.threads import to_its_end
from tessella.warehouse.duckdb.warehouse import pieces
from tessella.warehouse.duckdb.worker import DuckDBWorker
from tessella.warehouse.imports.checks import Checked
from tessella.warehouse.imports.events import checked_events
from tessella.warehouse.imports.facts import checked_facts
from tessella.warehouse.imports.items import checked_items
from tessella.warehouse.imports.lines import located
from tessella.warehouse.imports.settings import checked_settings
from tessella.warehouse.imports.tables import Table, open_table

#: Reads the columns of a file and checks its rows.
CheckRows = Callable[[Table], Checked]

#: The size of one part: what is stored in one transaction.
PART_BYTES: Final = 32 << 20
#: What DuckDB says of a row that it cannot take apart.
BROKEN: Final = {
    "MISSING COLUMNS": "the row has too few columns",
    "TOO MANY COLUMNS": "the row has too many columns",
    "UNQUOTED VALUE": "a quote is not closed, or stands within a text without quotes",
    "LINE SIZE OVER MAXIMUM": "the line is longer than 2 MB",
    "INVALID ENCODING": "the row is not UTF-8",
}


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file whose rows have been checked."""

    rejected: int
    parts: tuple[Path, ...]

    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.stat().st_size for part in self.parts)

    async def stored_parts(self) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """Each part: its size in bytes, and its CSV."""
        for part in self.parts:
            yield part.stat().st_size, pieces(part)


class DuckDBFiles:
    """Files of the local disk, read by a DuckDB worker."""

    def __init__(self, worker: DuckDBWorker) -> None:
        self._worker = worker

    def events(
        self, path: Path, mapping: ColumnMapping, report: Path, ids: SubjectIds = SubjectIds.OPAQUE
    ) -> AbstractAsyncContextManager[PreparedFile]:
        """The events of a file; rows that cannot be imported are written to `report` as `line,reason`."""

        def check(table: Table) -> Checked:
            return checked_events(table, event_fields(mapping, table.columns), ids)

        return self._prepared(path, check, report)

    def facts(
        self,
        path: Path,
        mapping: ColumnMapping,
        schema: Schema,
        as_of: Instant,
        report: Path,
        ids: SubjectIds = SubjectIds.OPAQUE,
    ) -> AbstractAsyncContextManager[PreparedFile]:
        """The facts of a file, likewise."""

        def check(table: Table) -> Checked:
            return checked_facts(table, fact_columns(mapping, table.columns, schema), as_of, ids)

        return self._prepared(path, check, report)

    def settings(
        self, path: Path, mapping: ColumnMapping, ids: SubjectIds, report: Path
    ) -> AbstractAsyncContextManager[PreparedFile]:
        """The settings of subjects of a file, likewise."""

        def check(table: Table) -> Checked:
            return checked_settings(table, setting_fields(mapping, table.columns), ids)

        return self._prepared(path, check, report)

    def items(
        self, path: Path, mapping: ColumnMapping, dimensions: int | None, report: Path
    ) -> AbstractAsyncContextManager[PreparedFile]:
        """The items of a file, likewise."""

        def check(table: Table) -> Checked:
            return checked_items(table, item_fields(mapping, table.columns), dimensions)

        return self._prepared(path, check, report)

    @asynccontextmanager
    async def _prepared(self, path: Path, check: CheckRows, report: Path) -> AsyncIterator[PreparedFile]:
        with tempfile.TemporaryDirectory(prefix="tessella-import-") as folder:
            yield await to_its_end(self._prepare, path, check, report, Path(folder))

    def _prepare(self, path: Path, check: CheckRows, report: Path, folder: Path) -> PreparedFile:
        try:
            table = open_table(path, self._worker)
            checked = check(table)
            rejected = self._write_report(table, checked, report, folder)
            options = f"FORMAT csv, HEADER false, FILE_SIZE_BYTES {PART_BYTES:d}"
            self._worker.execute(f"COPY ({checked.accepted}) TO {literal(str(folder / 'parts'))} ({options})")
        except QueryFailed as error:
            raise FileInvalid(str(path), "", f"It cannot be read: {error.problem}") from error
        return PreparedFile(rejected, tuple(sorted((folder / "parts").iterdir())))

    def _write_report(self, table: Table, checked: Checked, report: Path, folder: Path) -> int:
        """The rows that cannot be imported, in the order of the file; how many there are. No file for none."""
        for kept_aside in ("reject_errors", "reject_scans"):
            self._worker.execute(f"DROP TABLE IF EXISTS {kept_aside}")
        bad = f"SELECT row, reason FROM ({checked.relation}) WHERE reason IS NOT NULL ORDER BY row"
        faults = self._faults(bad, folder / "rejected.csv")
        if table.records is not None:
            broken = self._faults(BROKEN_ROWS, folder / "broken.csv")
            faults = located(table.records(table.path), broken, faults)
        rejected = 0
        with report.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "reason"))
            for fault in faults:
                writer.writerow(fault)
                rejected += 1
        if not rejected:
            report.unlink()
        return rejected

    def _faults(self, sql: str, path: Path) -> Iterator[tuple[int, str]]:
        self._worker.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT csv, HEADER false)")
        return read_faults(path)


#: The rows that the scan could not take apart.
BROKEN_ROWS: Final = f"""
SELECT line, CASE CAST(any_value(error_type) AS VARCHAR)
             {" ".join(f"WHEN {literal(name)} THEN {literal(text)}" for name, text in BROKEN.items())}
             ELSE 'the row cannot be read' END
FROM reject_errors GROUP BY line ORDER BY line
"""


def read_faults(path: Path) -> Iterator[tuple[int, str]]:
    """Numbers and reasons, a row at a time."""
    with path.open(encoding="utf-8", newline="") as file:
        for number, reason in csv.reader(file):
            yield int(number), reason
