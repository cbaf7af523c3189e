"""`tessella subjects`: what is known of one, told or removed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.domain.identifiers import SubjectId
from tessella.ports import Session
from tessella.usecases.privacy.export_subject import export_subject

app = typer.Typer(no_args_is_help=True, help="What is known of a subject.")

SubjectArgument = Annotated[str, typer.Argument(help="The subject.")]


@app.command("export")
def export(subject: SubjectArgument, namespace: InNamespace = DEMO) -> None:
    """Write everything that is stored about a subject to standard output, as one JSON object."""

    async def act(application: Application, session: Session) -> None:
        async for piece in export_subject(session, application.audiences, SubjectId(subject)):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()

    in_application(namespace, act)
