"""Members of segments as files, which are whole or not there: below the folders of exports, or at a URL of fsspec."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from tessella.domain.errors import ExportNotWritten
from tessella.domain.features.duckdb_values import literal
from tessella.domain.own_places import OwnPlaces
from tessella.ports.audience_reading import FileForm, Written
from tessella.warehouse.audiences.targets import LocalTarget, UrlTarget, find_target
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.engines.aside import written_aside

#: How DuckDB writes each form. CSV as RFC 4180 has it: a header, CRLF, quotes where they are needed.
OPTIONS: Final[Mapping[FileForm, str]] = {
    FileForm.CSV: r"FORMAT csv, HEADER, NEW_LINE '\r\n'",
    FileForm.PARQUET: "FORMAT parquet, COMPRESSION zstd",
}


class ExportFiles:
    """`ports.audience_reading.MemberFiles`, by a DuckDB worker."""

    def __init__(self, worker: DuckDBWorker, places: OwnPlaces) -> None:
        self._worker = worker
        self._places = places

    def check(self, target: str) -> None:
        """See the port."""
        find_target(target, self._places)

    async def write(self, sql: str, parameters: Mapping[str, Any], form: FileForm, target: str) -> Written:
        """See the port."""
        match find_target(target, self._places):
            case LocalTarget(path):
                return await asyncio.to_thread(self._to_path, Copy(sql, parameters, form), path)
            case UrlTarget(url):
                return await asyncio.to_thread(self._to_url, Copy(sql, parameters, form), url)

    def _to_path(self, copy: Copy, path: Path) -> Written:
        with told(str(path)):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with written_aside(path) as partial:
                rows = self._copy(copy, partial)
            return Written(str(path), rows, path.stat().st_size)

    def _to_url(self, copy: Copy, url: str) -> Written:
        with told(url), tempfile.TemporaryDirectory(prefix="tessella-export-") as folder:
            local = Path(folder, "members")
            rows = self._copy(copy, local)
            upload(local, url)
            return Written(url, rows, local.stat().st_size)

    def _copy(self, copy: Copy, path: Path) -> int:
        """Write the file to the disk, for its owner only; the number of its rows."""
        path.touch(mode=0o600)
        into = f"COPY ({copy.sql}) TO {literal(str(path))} ({OPTIONS[copy.form]}, USE_TMP_FILE false)"
        ((rows,),) = self._worker.query(into, copy.parameters)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        return int(rows)


@dataclass(frozen=True, slots=True)
class Copy:
    """What is written."""

    sql: str
    parameters: Mapping[str, Any]
    form: FileForm


def upload(local: Path, url: str) -> None:
    """Put a file at a URL: under another name first, so that nobody sees a part of it."""
    from fsspec.core import url_to_fs

    filesystem, path = url_to_fs(url)
    partial = f"{path}.{uuid4().hex}.partial"
    try:
        filesystem.put_file(str(local), partial)
        filesystem.mv(partial, path)
    finally:
        if filesystem.exists(partial):
            filesystem.rm_file(partial)


@contextmanager
def told(target: str) -> Iterator[None]:
    """Say of what goes wrong that it was with the target. Raises `ExportNotWritten`; `DiskFull` stays as it is."""
    try:
        yield
    except (OSError, ImportError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ExportNotWritten(target, reason.lower()) from error
