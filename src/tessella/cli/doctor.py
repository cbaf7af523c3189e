"""`tessella doctor`: what is wrong with this installation."""

from __future__ import annotations

import typer

from tessella.cli.output import AsJson, answer, console
from tessella.settings import read_settings
from tessella.storage.installation.installation import Check, checkup

SIGNS = {True: "[green]ok   [/]", False: "[red]fault[/]"}


def doctor(as_json: AsJson = False) -> None:
    """Check the database, its schema, row security and durability, the ranking indexes, and who may read the keys."""
    checks = checkup(read_settings())
    answer(checks, as_json=as_json, show=print_checks)
    raise typer.Exit(0 if all(check.holds for check in checks) else 1)


def print_checks(checks: list[Check]) -> None:
    """One line a check."""
    for check in checks:
        console.print(SIGNS[check.holds], end=" ")
        console.print(check.text, highlight=False, markup=False)
