"""The `tessella` command."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tessella import __version__
from tessella.cli import (
    audit,
    configuration,
    database,
    decide,
    definitions,
    demo,
    doctor,
    features,
    imports,
    jobs,
    keys,
    rules,
    serve,
    versions,
)
from tessella.cli.output import explain_failure, failure_json, print_json
from tessella.domain.definitions import Kind
from tessella.domain.errors import TessellaError
from tessella.logs import log_to_stderr

app = typer.Typer(
    name="tessella",
    help="One engine that decides what each person sees.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
segments = definitions.commands(Kind.SEGMENT)
definitions.add_counts(segments)
definitions.add_lint(segments)
declared = definitions.commands(Kind.FEATURE)
features.add_compute(declared)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("decide")(decide.decide)
app.command("export")(configuration.export)
app.command("plan")(configuration.plan)
app.command("apply")(configuration.apply)
app.command("versions")(versions.versions)
app.command("rollback")(versions.rollback)
app.add_typer(segments, name="segments")
app.add_typer(definitions.commands(Kind.PROFILE), name="profiles")
app.add_typer(definitions.commands(Kind.CAMPAIGN), name="campaigns")
app.add_typer(declared, name="features")
app.add_typer(rules.app, name="rules")
app.add_typer(imports.events, name="events")
app.add_typer(imports.facts, name="facts")
app.add_typer(jobs.app, name="jobs")
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")
app.add_typer(database.app, name="db")


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
            explain_failure(error)
        sys.exit(1)
