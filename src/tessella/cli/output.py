"""How commands speak: people get text and tables, programs get JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

from tessella.cli.lines import ProgressLines, StepLines
from tessella.cli.places import Options, place_of
from tessella.domain.errors import TessellaError

if TYPE_CHECKING:
    from tessella.ports import Progress  # loads the domain

T = TypeVar("T")

#: `--json` of every command.
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

console: Final = Console()
#: Progress and errors: standard output stays for the result.
notes: Final = Console(stderr=True)
#: Columns of a table that no terminal shows: enough for a row a line.
_WIDE: Final = 10_000
#: Names that need more of a table's width than this wrap too.
_NAME_SHARE: Final = 2 / 3


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def answer(value: T, *, as_json: bool, show: Callable[[T], None]) -> None:
    """The result of a command: JSON where it was asked for, else as `show` prints it."""
    if as_json:
        print_json(value)
    else:
        show(value)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table, nothing of it cut: a row is a line; in a terminal names and numbers are whole, and other texts wrap."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    shown = _table_console()
    table = Table(title=title, title_justify="left", header_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    names = max((len(cell(row[0])) for row in rows), default=0)
    for place, column in enumerate(columns):
        is_number = any(isinstance(row[place], int) for row in rows)
        is_whole = is_number or (place == 0 and names <= shown.width * _NAME_SHARE)
        justify: Literal["left", "right"] = "right" if is_number else "left"
        table.add_column(column, justify=justify, no_wrap=is_whole, overflow="fold")
    for row in rows:
        table.add_row(*map(cell, row))
    shown.print(table)


def _table_console() -> Console:
    is_bounded = console.is_terminal or "COLUMNS" in os.environ
    return console if is_bounded else Console(width=_WIDE)


def cell(value: object) -> str:
    """One value for people, long texts cut."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case _:
            return escape(shorten(str(value), 80, placeholder=" ..."))


def figure(value: object) -> object:
    """A float with four digits behind the point; anything else as it is."""
    return f"{value:.4f}" if isinstance(value, float) else value


def counted(number: int, thing: str) -> str:
    """So many of a thing.

    >>> counted(1, "bad row"), counted(2000, "bad row")
    ('1 bad row', '2,000 bad rows')
    """
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def explain_failure(error: TessellaError, options: Options) -> None:
    """The error in plain sentences on standard error, one a fault; `options` are those of the command that failed."""
    for fault in error.faults():
        where = f"{place_of(fault.pointer, options)}: " if fault.pointer else ""
        notes.print(
            f"{where}{fault.message} {fault.hint()}".strip(), style="red", markup=False, highlight=False, soft_wrap=True
        )


def failure_json(error: TessellaError) -> Mapping[str, Any]:
    """The same for programs."""
    return {"errors": [fault_json(each) for each in error.faults()]}


def fault_json(fault: TessellaError) -> Mapping[str, str]:
    """One fault for programs."""
    return {"pointer": fault.pointer, "message": fault.message, "hint": fault.hint()}


@contextmanager
def progress(doing: str) -> Iterator[Progress]:
    """Shows the share of the work that is done, on standard error; without a terminal in a line now and then."""
    if not notes.is_terminal:
        lines = ProgressLines(note)
        yield lambda share: lines.tell(doing, f"{share:.0%}")
        return
    from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as ProgressBar

    bar = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    shown = (SpinnerColumn(), TextColumn("{task.description}"), *bar)
    with ProgressBar(*shown, console=notes, transient=True) as display:
        task = display.add_task(doing, total=1.0)
        yield lambda share: display.update(task, completed=share)


@contextmanager
def steps(first: str) -> Iterator[Callable[[str], None]]:
    """Shows what is being done, on standard error: in one line that changes, or without a terminal in a line a step."""
    if not notes.is_terminal:
        yield StepLines(note).tell
        return
    with notes.status(first) as status:
        yield status.update


def say(text: str) -> None:
    """A text as it is on standard output, however long its lines."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def print_below(text: str, style: str = "") -> None:
    """A text as it is on standard output, indented, also where it wraps."""
    from rich.padding import Padding
    from rich.text import Text

    console.print(Padding.indent(Text(text, style), 2))


def note(line: str) -> None:
    """One plain line on standard error."""
    notes.print(line, markup=False, highlight=False, soft_wrap=True)
