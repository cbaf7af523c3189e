"""`tessella privacy`: the record of processing, another key of pseudonyms, and what is left of deleted rows."""

from __future__ import annotations

import typer

from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.output import AsJson, answer, console, counted, print_table, progress
from tessella.ports import Session
from tessella.settings import read_settings
from tessella.storage.installation.compacting import Compacted, compact
from tessella.storage.installation.installation import installed
from tessella.usecases.privacy.record import ProcessingRecord, processing_record
from tessella.usecases.privacy.rekey import Rekeyed, rekey_pseudonyms

app = typer.Typer(no_args_is_help=True, help="The record of processing, keys of pseudonyms, remains of deleted rows.")


@app.command("record")
def record(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show the record of processing: what is kept of persons, why, and for how long."""
    answer(in_session(namespace, processing_record), as_json=as_json, show=print_record)


@app.command("rekey")
def rekey(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Name every subject in the audit by TESSELLA_PSEUDONYM_KEY where TESSELLA_PSEUDONYM_KEY_BEFORE has named them."""

    async def act(session: Session) -> Rekeyed:
        with progress("Renaming") as tell:
            return await rekey_pseudonyms(session, tell)

    answer(in_session(namespace, act), as_json=as_json, show=print_rekeyed)


@app.command("compact")
def compact_database(as_json: AsJson = False) -> None:
    """Write tables anew and let go of old logs: no byte of deleted rows is left. Tables are locked meanwhile."""
    with installed(read_settings()) as database, progress("Compacting") as tell:
        done = compact(database.administering, tell)
    answer(done, as_json=as_json, show=print_compacted)


def print_record(record: ProcessingRecord) -> None:
    """The head, and a table."""
    for name in ("purpose", "legal_basis", "data_categories", "retention", "recipients", "transfers"):
        title = name.replace("_", " ").capitalize()
        console.print(f"{title}: {getattr(record, name)}", highlight=False, soft_wrap=True)
    rows = [[each.table, each.about, each.holds, each.kept] for each in record.tables]
    print_table("What is kept of persons", ("table", "about", "holds", "kept"), rows)
    print_table("Beside the database", ("files", "holds"), [[*each] for each in record.files.items()])


def print_rekeyed(done: Rekeyed) -> None:
    """One line."""
    told = f"{counted(done.subjects, 'subject')} looked at, {counted(done.rows, 'row')} renamed."
    console.print(told, highlight=False, soft_wrap=True)


def print_compacted(done: Compacted) -> None:
    """One line, and what is left to the administrator."""
    console.print(f"{counted(done.tables, 'table')} written anew.", highlight=False)
    for each in done.left:
        console.print(each, style="yellow", highlight=False, markup=False, soft_wrap=True)
