"""`tessella subjects`: what is known of one, told or removed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.options import SubjectName
from tessella.cli.output import AsJson, answer, console, counted, progress
from tessella.domain.identifiers import SubjectId
from tessella.ports import Session
from tessella.usecases.privacy.erase import Erased, erase_subject
from tessella.usecases.privacy.export_subject import export_subject

app = typer.Typer(no_args_is_help=True, help="What is known of a subject.")


@app.command("export")
def export(subject: SubjectName, namespace: InNamespace = DEMO) -> None:
    """Write everything that is stored about a subject to standard output, as one JSON object."""

    async def act(application: Application, session: Session) -> None:
        async for piece in export_subject(session, application.audiences, SubjectId(subject)):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()

    in_application(namespace, act)


@app.command("erase")
def erase(
    subject: SubjectName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on.")] = False,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Erase a subject everywhere: rows, files and what servers remember. It cannot be undone."""
    if not yes:
        typer.confirm("All that is known of the subject goes for good. Go on?", abort=True, err=True)

    async def act(application: Application, session: Session) -> Erased:
        with application.warehouse() as duckdb, progress("Erasing") as tell:
            return await erase_subject(session, duckdb, SubjectId(subject), tell)

    answer(in_application(namespace, act), as_json=as_json, show=print_erased)


def print_erased(erased: Erased) -> None:
    """How much went, and what is left."""
    gone = sum(erased.rows.values())
    files = f", and {counted(erased.files, 'file')} written anew" if erased.files else ""
    told = f"{counted(gone, 'row')} erased{files}. What is left is the pseudonym {erased.user_hash}."
    console.print(told, highlight=False, soft_wrap=True)
