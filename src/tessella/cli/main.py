"""The `tessella` command."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tessella import __version__
from tessella.cli.commands import Commands
from tessella.cli.output import explain_failure, failure_json, print_json
from tessella.cli.places import options_of
from tessella.domain.errors import TessellaError
from tessella.logs import log_to_stderr

app = typer.Typer(
    name="tessella",
    cls=Commands,
    help="One engine that decides what each person sees.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _common(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False) -> None:
    """One engine that decides what each person sees."""


def run() -> None:
    """Run the command; a failure is one plain sentence and exit status 1."""
    log_to_stderr("error")
    try:
        app(prog_name="tessella")
    except TessellaError as error:
        if "--json" in sys.argv:
            print_json(failure_json(error))
        else:
            explain_failure(error, options_of(app, sys.argv[1:]))
        sys.exit(1)
