"""Commands are imported when they are asked for."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from tessella.cli.commands import PLACES
from tessella.cli.main import app

LOOK_UP = """
import sys
import typer
from tessella.cli.main import app

typer.main.get_command(app).commands[sys.argv[1]]
print(*(name for name in sys.modules if name.startswith("tessella.")))
"""


def carried(command: str) -> list[str]:
    found = subprocess.run([sys.executable, "-c", LOOK_UP, command], check=True, capture_output=True, text=True)
    return found.stdout.split()


def loaded_with(*modules: str) -> set[str]:
    script = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    )


def test_the_command_loads_no_framework_no_database_and_no_domain_before_it_knows_what_is_asked():
    heavy = {"attr", "duckdb", "fastapi", "numpy", "psycopg", "pydantic", "rich.progress", "sqlglot", "yaml"}
    assert loaded_with("tessella.cli.main") & {*heavy, "tessella.domain.rules", "tessella.ports"} == set()


def test_a_process_that_answers_loads_nothing_that_only_jobs_and_warehouses_need():
    heavy = {"alembic", "duckdb", "procrastinate", "rich", "scipy", "sklearn", "sqlalchemy", "sqlglot", "typer"}
    assert loaded_with("tessella.http.worker", "tessella.http.server") & heavy == set()


@pytest.mark.parametrize("heavy", ["tessella.bootstrap", "tessella.usecases", "tessella.warehouse", "tessella.files"])
def test_the_process_that_supervises_carries_nothing_that_its_children_do(heavy):
    assert heavy not in carried("serve")


def test_a_command_carries_no_other():
    commands = {f"tessella.cli.{place.partition(':')[0]}" for place in PLACES.values()}
    assert commands & set(carried("versions")) == {"tessella.cli.versions", "tessella.cli.configuration"}


def helps(command: Any) -> Iterator[str]:
    yield inspect.cleandoc(command.help or "")
    for name in getattr(command, "commands", ()):
        yield from helps(command.commands[name])


def test_no_help_breaks_its_lines_by_itself_which_are_broken_to_the_width_of_the_terminal():
    """The first paragraph is joined; those after it are printed as they are written."""
    paragraphs = [each for text in helps(typer.main.get_command(app)) for each in text.split("\n\n")[1:]]
    assert paragraphs
    assert [each for each in paragraphs if "\n" in each] == []
