"""The programs of PostgreSQL that dump and restore, and how each is told where to connect."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tessella.storage.backup.errors import ProgramTooOld
from tessella.storage.embedded.binaries import MAJOR_VERSION, client

_MAJOR: Final = re.compile(r"\(PostgreSQL\) (\d+)")


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is there."""

    path: Path
    #: PostgreSQL's major version that it is of.
    major: int


def program(name: str, *, at_least: int) -> Program:
    """The one of the wheel, or a newer one on PATH where `at_least` is newer. Raises `ProgramTooOld`."""
    if at_least <= MAJOR_VERSION:
        return Program(client(name), MAJOR_VERSION)
    found = shutil.which(name)
    major = MAJOR_VERSION if found is None else _major(Path(found))
    if found is None or major < at_least:
        raise ProgramTooOld(name, major, at_least)
    return Program(Path(found), major)


def _major(path: Path) -> int:
    told = _MAJOR.search(subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout)
    return 0 if told is None else int(told[1])


def connecting(dsn: str) -> str:
    """The option that names the database, without the password: everybody sees a command line."""
    parts = {name: value for name, value in conninfo_to_dict(dsn).items() if name != "password"}
    return f"--dbname={make_conninfo('', **parts)}"


def environment(dsn: str = "") -> dict[str, str]:
    """The environment of a program: its messages are in English, and the password of `dsn` is in it."""
    password = conninfo_to_dict(dsn).get("password")
    return os.environ | {"LC_ALL": "C"} | ({} if password is None else {"PGPASSWORD": str(password)})
