"""`tessella settings`: what subjects have agreed to."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated

import msgspec
import typer

from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.imports import DataFile, Mapping, Report, print_imported, report_of, run_import
from tessella.cli.options import SubjectName
from tessella.cli.output import AsJson, answer, console
from tessella.domain.identifiers import SubjectId
from tessella.domain.imports.mapping import parse_mapping
from tessella.domain.privacy.consent import Consent, ConsentChange
from tessella.ports import Files, Progress, Session
from tessella.usecases.personalization.settings import change_settings, get_settings, import_settings
from tessella.usecases.store_parts import Imported

app = typer.Typer(no_args_is_help=True, help="What subjects have agreed to.")


@app.command("show")
def show(subject: SubjectName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show what a subject has agreed to; the defaults where nothing is stored."""
    found = in_session(namespace, lambda session: get_settings(session, SubjectId(subject)))
    answer(msgspec.to_builtins(found), as_json=as_json, show=lambda _: _print(found))


@app.command("set")
def change(
    subject: SubjectName,
    personalized: Annotated[
        bool | None, typer.Option("--personalized/--opted-out", help="Whether anything of them is processed.")
    ] = None,
    sharing: Annotated[
        bool | None, typer.Option("--sharing/--not-sharing", help="Whether they are exported, announced, learned from.")
    ] = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Change what a subject has agreed to, and only what is named."""
    wanted = ConsentChange(personalized, sharing)
    found = in_session(namespace, lambda session: change_settings(session, SubjectId(subject), wanted))
    answer(msgspec.to_builtins(found), as_json=as_json, show=lambda _: _print(found))


@app.command("import")
def import_(
    file: DataFile, mapping: Mapping = "", report: Report = None, namespace: InNamespace = DEMO, as_json: AsJson = False
) -> None:
    """Store a file's rows as settings: subject_id, personalization_enabled, data_sharing_consent.

    An empty cell changes nothing. Bad rows go to a report. Safe to run twice.
    """
    columns, rejected = parse_mapping(mapping), report_of(file, report)

    def store(session: Session, files: Files, told: Progress) -> Awaitable[Imported]:
        return import_settings(session, files, file, columns, report=rejected, progress=told)

    answer(
        run_import(file, namespace, store), as_json=as_json,
        show=lambda done: print_imported(done, "settings", rejected),
    )  # fmt: skip


def _print(consent: Consent) -> None:
    told = {True: "yes", False: "no"}
    console.print(f"personalized: {told[consent.personalization_enabled]}", highlight=False)
    console.print(f"shares data: {told[consent.data_sharing_consent]}", highlight=False)
