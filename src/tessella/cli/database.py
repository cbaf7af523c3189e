"""`tessella db`: make the database ready, bring it up to date, see how it is, look inside."""

from __future__ import annotations

import typer

from tessella.cli.output import AsJson, answer, console
from tessella.settings import read_settings
from tessella.storage.administration import DatabaseStatus
from tessella.storage.installation import installed

app = typer.Typer(no_args_is_help=True, help="The database.")


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
def shell() -> None:
    """Open psql as the serving role. Row security shows nothing until a namespace is set."""
    with installed(read_settings()) as database:
        raise typer.Exit(database.shell())


def print_status(found: DatabaseStatus) -> None:
    """One line."""
    state = "current" if found.schema.is_current else "not current: run `tessella db upgrade`"
    where = f"PostgreSQL {found.server_version}, serving as {found.role}"
    console.print(f"{where}. Schema {found.schema.version or 'missing'}, {state}.", highlight=False)
