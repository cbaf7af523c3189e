"""Commands are imported when they are asked for."""

import subprocess
import sys

import pytest

from tessella.cli.commands import PLACES

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


@pytest.mark.parametrize("heavy", ["tessella.bootstrap", "tessella.usecases", "tessella.warehouse", "tessella.files"])
def test_the_process_that_supervises_carries_nothing_that_its_children_do(heavy):
    assert heavy not in carried("serve")


def test_a_command_carries_no_other():
    commands = {f"tessella.cli.{place.partition(':')[0]}" for place in PLACES.values()}
    assert commands & set(carried("versions")) == {"tessella.cli.versions", "tessella.cli.configuration"}
