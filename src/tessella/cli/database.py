"""`tessella db`: make the database ready, bring it up to date, see how it is, look inside, back it up, restore it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from tessella.cli.output import AsJson, answer, console, counted
from tessella.domain.identifiers import Role, read_namespace
from tessella.settings import read_settings
from tessella.storage.backup import Manifest, back_up, opened_backup, restore
from tessella.storage.installation.administration import DatabaseStatus
from tessella.storage.installation.installation import installed
from tessella.storage.installation.secret_files import generated
from tessella.storage.models.files import ModelFolder
from tessella.storage.scope import Scope

app = typer.Typer(no_args_is_help=True, help="The database: its schema, its backups.")

BackupFile = Annotated[Path, typer.Argument(help="The backup, such as tessella.backup.")]
WithoutSecrets = Annotated[
    bool, typer.Option("--without-secrets", help="Leave the generated keys out. Then keep TESSELLA_HOME elsewhere.")
]


@dataclass(frozen=True, slots=True)
class BackupTold:
    """What there is to say about a backup."""

    file: str
    taken_at: str
    schema: str
    postgresql: int
    tables: int
    rows: int
    #: The generated keys in it.
    keys: Sequence[str]
    #: The versions of models in it.
    models: Sequence[str]
    #: What is wrong with models that are not in a backup, or not there after a restore.
    missing: Sequence[str]


@app.command("init")
def init(as_json: AsJson = False) -> None:
    """Make the database ready: roles, schema, and a credential to serve with. Safe to repeat."""
    with installed(read_settings()) as database:
        database.initialise()
        answer(database.status(), as_json=as_json, show=print_status)


@app.command("upgrade")
def upgrade(as_json: AsJson = False) -> None:
    """Bring the schema up to date."""
    with installed(read_settings()) as database:
        database.upgrade()
        answer(database.status(), as_json=as_json, show=print_status)


@app.command("status")
def status(as_json: AsJson = False) -> None:
    """Say which database this is and whether its schema is current."""
    with installed(read_settings()) as database:
        answer(database.status(), as_json=as_json, show=print_status)


@app.command("shell")
def shell(
    namespace: Annotated[str | None, typer.Option("--namespace", "-n", help="Whose rows to see.")] = None,
    role: Annotated[Role, typer.Option("--role", help="As what, where a namespace is named.")] = Role.ADMIN,
    subject: Annotated[str, typer.Option("--subject", help="As whom, for a client or reader.")] = "",
    statement: Annotated[str | None, typer.Option("--command", "-c", help="SQL to run, and nothing else.")] = None,
) -> None:
    """Open psql as the serving role, with the tables of Tessella. What is changed is seen by servers as if by an API.

    Row security shows the rows of the namespace that is named, as the role may see them; without one it shows nothing.

    By hand: SELECT set_config('tessella.namespace', 'shop', false), set_config('tessella.role', 'admin', false).
    """
    scope = None if namespace is None else Scope(read_namespace(namespace), role, subject)
    with installed(read_settings()) as database:
        raise typer.Exit(database.shell(scope, statement))


@app.command("backup")
def backup(file: BackupFile, without_secrets: WithoutSecrets = False, as_json: AsJson = False) -> None:
    """Write everything to a new file while servers go on. Whoever has the file has the keys in it."""
    settings = read_settings()
    with installed(settings) as database:
        secrets = {} if without_secrets else generated(settings.home)
        made = back_up(database.administering, file, secrets, ModelFolder(settings.models))
    answer(_told(file, made, made.missing), as_json=as_json, show=print_backup)


@app.command("restore")
def restore_from(file: BackupFile, as_json: AsJson = False) -> None:
    """Make an empty installation hold what a backup holds: everything, or nothing if that cannot be."""
    with opened_backup(file) as found, installed(read_settings()) as database:
        missing = restore(found, database)
    told = _told(file, found.manifest, [f"{each.message} {each.hint()}" for each in missing])
    answer(told, as_json=as_json, show=print_restored)


def _told(file: Path, manifest: Manifest, missing: Sequence[str]) -> BackupTold:
    return BackupTold(
        str(file), manifest.taken_at, manifest.schema, manifest.postgresql,
        len(manifest.tables), manifest.rows, manifest.keys, manifest.models, missing,
    )  # fmt: skip


def print_backup(told: BackupTold) -> None:
    """What is in it, and what is not."""
    console.print(f"Wrote {told.rows:,} rows of {told.tables} tables to {told.file}.", highlight=False, soft_wrap=True)
    held = f"It holds the keys {', '.join(told.keys)}: keep it secret." if told.keys else "It holds no keys."
    console.print(held, highlight=False, soft_wrap=True)
    if told.models:
        console.print(f"It holds {counted(len(told.models), 'version')} of models.", highlight=False)
    _print_missing(told)


def print_restored(told: BackupTold) -> None:
    """One line, and one for each model that is not there."""
    console.print(
        f"Restored {told.rows:,} rows of {told.tables} tables, as of {told.taken_at}. All sums agree.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    _print_missing(told)


def _print_missing(told: BackupTold) -> None:
    for each in told.missing:
        console.print(f"Not in it: {each}", style="yellow", highlight=False, markup=False, soft_wrap=True)


def print_status(found: DatabaseStatus) -> None:
    """One line."""
    state = "current" if found.schema.is_current else "not current: run `tessella db upgrade`"
    where = f"PostgreSQL {found.server_version}, serving as {found.role}"
    console.print(f"{where}. Schema {found.schema.version or 'missing'}, {state}.", highlight=False)
