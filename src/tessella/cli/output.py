"""How commands speak: people get text and tables, programs get JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tessella.domain.errors import TessellaError

T = TypeVar("T")

#: `--json` of every command.
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

console: Final = Console()
#: Progress and errors: standard output stays for the result.
notes: Final = Console(stderr=True)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2) + "\n")


def answer(value: T, *, as_json: bool, show: Callable[[T], None]) -> None:
    """The result of a command: JSON where it was asked for, else as `show` prints it."""
    if as_json:
        print_json(value)
    else:
        show(value)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people; numbers to the right."""
    table = Table(title=title, title_justify="left", header_style="bold")
    cells = [[f"{each:,}" if type(each) is int else str(each) for each in row] for row in rows]
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in cells:
        table.add_row(*row)
    console.print(table)


def explain_failure(error: TessellaError) -> None:
    """The error in plain sentences on standard error, one a fault."""
    for fault in error.faults():
        where = f"{fault.pointer}: " if fault.pointer else ""
        notes.print(f"{where}{fault.message} {fault.hint()}".strip(), style="red", markup=False, highlight=False)


def failure_json(error: TessellaError) -> Mapping[str, Any]:
    """The same for programs."""
    return {"errors": [{"pointer": e.pointer, "message": e.message, "hint": e.hint()} for e in error.faults()]}


def progress() -> Progress:
    """A progress display on standard error; gone when it is done, and silent when that is no terminal."""
    bar = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), *bar, console=notes, transient=True)
