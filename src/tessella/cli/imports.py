"""`tessella events import` and `tessella facts import`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.options import AsOfOption, moment
from tessella.cli.output import AsJson, answer, console, counted, notes, progress
from tessella.domain.errors import FileInvalid
from tessella.domain.imports.mapping import parse_mapping
from tessella.ports import Files, Progress, Session
from tessella.usecases.store_parts import Imported

events = typer.Typer(no_args_is_help=True, help="Import events from files.")
facts = typer.Typer(no_args_is_help=True, help="Import facts from files.")

DataFile = Annotated[Path, typer.Argument(help="CSV, Parquet or JSON lines.")]
Mapping = Annotated[str, typer.Option("--map", help="field=columns, such as subject_id=household")]
EventMapping = Annotated[
    str, typer.Option("--map", help="field=columns, such as subject_id=household, event_type='purchase', properties=*")
]
Report = Annotated[Path | None, typer.Option(help="Where bad rows go; FILE.rejected.csv if left out.")]


@events.command("import")
def import_events(
    file: DataFile,
    mapping: EventMapping = "",
    report: Report = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Store a file's rows as events. Bad rows go to a report. Safe to run twice."""
    columns, rejected = parse_mapping(mapping), report_of(file, report)

    def store(session: Session, files: Files, told: Progress) -> Awaitable[Imported]:
        return usecases.import_events(session, files, file, columns, report=rejected, progress=told)

    answer(
        run_import(file, namespace, store), as_json=as_json, show=lambda done: print_imported(done, "events", rejected)
    )


@facts.command("import")
def import_facts(
    file: DataFile,
    mapping: Mapping = "",
    as_of: AsOfOption = None,
    report: Report = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Store a file's cells as facts: one row a subject, one column a feature. Safe to run twice."""
    columns, rejected, stamp = parse_mapping(mapping), report_of(file, report), moment(as_of, "/as_of")

    def store(session: Session, files: Files, told: Progress) -> Awaitable[Imported]:
        return usecases.import_facts(session, files, file, columns, as_of=stamp, report=rejected, progress=told)

    answer(
        run_import(file, namespace, store), as_json=as_json, show=lambda done: print_imported(done, "facts", rejected)
    )


def run_import(
    file: Path, namespace: str, store: Callable[[Session, Files, Progress], Awaitable[Imported]]
) -> Imported:
    """Import a file in a session of the namespace's administrator. Raises `FileInvalid`."""
    if not file.is_file():
        raise FileInvalid(str(file), "", "There is no such file.")

    async def act(application: Application, session: Session) -> Imported:
        with application.files() as files, progress(f"Reading {file.name}") as tell:
            return await store(session, files, tell)

    return in_application(namespace, act)


def report_of(file: Path, report: Path | None) -> Path:
    """Where the bad rows of a file go."""
    return report or file.with_name(f"{file.name}.rejected.csv")


def print_imported(done: Imported, what: str, report: Path) -> None:
    """How many were new, and where the bad rows are."""
    console.print(f"{done.stored:,} new {what}.", highlight=False)
    print_rejected(done, report)


def print_rejected(done: Imported, report: Path) -> None:
    """Where the bad rows are, if there are any."""
    if done.rejected:
        notes.print(f"{counted(done.rejected, 'bad row')}: {report}", style="yellow", highlight=False, soft_wrap=True)
