"""A file as a relation: its columns, the number of each row, and how its cells are read."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from tessella.domain.errors import FileInvalid
from tessella.domain.features.duckdb_values import literal
from tessella.domain.identifiers import point
from tessella.warehouse.duckdb.worker import DuckDBWorker, quoted
from tessella.warehouse.imports.cells import Cells, JsonCells, TextCells, typed_cells
from tessella.warehouse.imports.lines import Record, csv_records, json_records

DELIMITERS: Final = ",;\t|"
MAX_HEADER_BYTES: Final = 1 << 20
#: Lines of a JSON file in which its keys are looked for.
SAMPLE_LINES: Final = 1_000
#: Nothing is guessed, every cell is text, and a row that cannot be taken apart is kept aside.
RAW: Final = "auto_detect = false, ignore_errors = true, store_rejects = true"


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read."""

    path: Path
    columns: Sequence[str]
    #: SQL with a row for each row of the file: `row` counts from 1, `broken` says why it cannot be read, else NULL.
    relation: str
    cells: Cells
    #: Where the rows stand; None where the file has no lines.
    records: Callable[[Path], Iterator[Record]] | None


def open_table(path: Path, worker: DuckDBWorker) -> Table:
    """The table of a CSV, Parquet or JSON lines file, by its name. Raises `FileInvalid`."""
    if not path.is_file():
        raise FileInvalid(str(path), "", "There is no such file.")
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return csv_table(path)
        case ".parquet":
            return parquet_table(path, worker)
        case ".jsonl" | ".ndjson":
            return jsonl_table(path)
        case _:
            raise FileInvalid(str(path), "", "The name does not tell its form.", "Name it .csv, .parquet or .jsonl.")


def csv_table(path: Path) -> Table:
    """A header, then a record a row. The delimiter is the one of `,` `;` tab `|` that the header has most of."""
    delimiter, names = csv_header(path)
    columns = {name: f"c{at}" for at, name in enumerate(names)}
    declared = ", ".join(f"{column}: 'VARCHAR'" for column in columns.values())
    dialect = f"header = true, delim = {literal(delimiter)}, quote = '\"', escape = '\"', columns = {{{declared}}}"
    source = f"read_csv({literal(str(path))}, {RAW}, allow_quoted_nulls = true, {dialect})"
    relation = f"SELECT row_number() OVER () AS row, CAST(NULL AS VARCHAR) AS broken, * FROM {source}"
    return Table(path, names, relation, TextCells(columns), csv_records)


def csv_header(path: Path) -> tuple[str, list[str]]:
    """The delimiter and the names of the columns. Raises `FileInvalid`."""
    with path.open("rb") as file:
        line = file.readline(MAX_HEADER_BYTES)
    try:
        header = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileInvalid(str(path), "", "Its first line is not UTF-8.", "Save the file as UTF-8.") from error
    delimiter = max(DELIMITERS, key=header.count)
    try:
        names = next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error as error:
        problem = "Its first line is no header: it is too long, or lines end with CR alone."
        raise FileInvalid(str(path), "", problem, "Save the file with lines that end with LF or CRLF.") from error
    if not names or len(set(names)) < len(names):
        problem = "It has no header." if not names else "Two of its columns have the same name."
        raise FileInvalid(str(path), "", problem, "The first line names the columns.")
    return delimiter, names


def parquet_table(path: Path, worker: DuckDBWorker) -> Table:
    """Typed columns."""
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    described = worker.query(f"SELECT column_name, column_type FROM (DESCRIBE FROM {source})")
    types = {name: kind for name, kind in described if name != "file_row_number"}
    columns = {name: f"c{at}" for at, name in enumerate(types)}
    renamed = "".join(f", {quoted(name)} AS {column}" for name, column in columns.items())
    relation = f"SELECT file_row_number + 1 AS row, CAST(NULL AS VARCHAR) AS broken{renamed} FROM {source}"
    return Table(path, list(types), relation, typed_cells(columns, types), None)


def jsonl_table(path: Path) -> Table:
    """An object a line; its keys are the columns."""
    names = list(dict.fromkeys(key for line in sample(path) for key in line))
    columns = {name: f"c{at}" for at, name in enumerate(names)}
    extracted = "".join(extraction(name, column) for name, column in columns.items())
    dialect = "header = false, delim = '', quote = '', escape = '', columns = {line: 'VARCHAR'}"
    lines = f"SELECT row_number() OVER () AS row, line FROM read_csv({literal(str(path))}, {RAW}, {dialect})"
    valid = f"SELECT row, CASE WHEN json_valid(line) THEN line END AS line FROM ({lines}) WHERE trim(line) <> ''"
    broken = "CASE WHEN coalesce(json_type(line), '') <> 'OBJECT' THEN 'the line is no JSON object' END AS broken"
    relation = f"SELECT row, {broken}{extracted} FROM ({valid})"
    return Table(path, names, relation, JsonCells(columns), json_records)


def extraction(name: str, column: str) -> str:
    """A key of an object as JSON text and as text; NULL when it is not there or null."""
    pointer = literal(point("", name))
    value = f"nullif(CAST(json_extract(line, {pointer}) AS VARCHAR), 'null')"
    return f", {value} AS {column}, json_extract_string(line, {pointer}) AS {column}_text"


def sample(path: Path) -> Iterator[dict[str, object]]:
    """The first objects of a file; what is none is left for the check of every line."""
    with path.open("rb") as file:
        for line in islice(file, SAMPLE_LINES):
            try:
                read = json.loads(line)
            except ValueError:
                continue
            if isinstance(read, dict):
                yield read
