"""The `restore` scenario: the demo is backed up under load, and restored into an installation with nothing in it."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.figure import Figure, Goal
from faults.backup_load import Traffic
from faults.checker import NONE
from faults.server import TESSELLA, clean_environment, serving
from tessella import usecases
from tessella.bootstrap import Application, running
from tessella.demo.load import AS_OF, DEMO, load
from tessella.domain.decisions import Decision
from tessella.domain.identifiers import DecisionId, Role, SubjectId
from tessella.ports import Caller
from tessella.settings import Settings
from tessella.storage.backup import Manifest, back_up, opened_backup
from tessella.storage.catalogue import audit_database
from tessella.storage.installation import installed
from tessella.usecases.decide import DecisionRequest

_ASKED: Final = 1_000
_MOST_SECONDS: Final = 90


@dataclass(frozen=True, slots=True)
class Restored:
    """What there is after the drill, beside what there was."""

    tables_that_differ: int
    row_security_findings: int
    decisions_that_differ: int
    is_key_valid: bool


def run(seed: int) -> Iterator[Figure]:
    """Back up 1.4 million events under load and restore them elsewhere: the same rows, decisions and keys."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as name:
        folder = Path(name)
        key, before = asyncio.run(_prepare(folder / "from"))
        traffic, backing_up = _back_up(folder, key)
        yield Figure("restore: requests answered during the backup", traffic.answered, "")
        yield Figure("restore: requests refused or lost during the backup", traffic.failed, "", goal=NONE)
        yield Figure("restore: backup under load", backing_up, "s")
        began = time.monotonic()
        _command(folder / "to", "db", "restore", str(folder / "backup"))
        restoring = time.monotonic() - began
        yield Figure("restore: restore", restoring, "s")
        found = asyncio.run(_look(folder, key, before))
        drill = backing_up + time.monotonic() - began
        yield from _figures(found)
        yield Figure("restore: backup, restore and checks", drill, "s", goal=Goal("value", "<=", _MOST_SECONDS))


def _figures(found: Restored) -> Iterator[Figure]:
    yield Figure("restore: tables with other rows", found.tables_that_differ, "", goal=NONE)
    yield Figure("restore: findings against row security", found.row_security_findings, "", goal=NONE)
    yield Figure(f"restore: other decisions of {_ASKED:,}", found.decisions_that_differ, "", goal=NONE)
    yield Figure("restore: API keys that are not valid any more", int(not found.is_key_valid), "", goal=NONE)


async def _prepare(home: Path) -> tuple[str, list[Decision]]:
    """The demo's data, a key, and decisions to compare with."""
    async with running(Settings(home=home)) as application:
        await load(application, lambda _: None)
        return await application.create_key(DEMO, Role.ADMIN), await _decisions(application)


async def _decisions(application: Application) -> list[Decision]:
    """Of the first subjects, without the ids, which are new each time."""
    async with application.session(Caller(DEMO, Role.ADMIN)) as session:
        asked = [DecisionRequest(SubjectId(str(number)), at=AS_OF) for number in range(1, _ASKED + 1)]
        made = await usecases.decide_many(session, asked)
    return [msgspec.structs.replace(each, decision_id=DecisionId("")) for each in made]


def _back_up(folder: Path, key: str) -> tuple[Traffic, float]:
    """What the clients of a server saw meanwhile, and the seconds."""
    environment = clean_environment(TESSELLA_HOME=str(folder / "from"))
    with serving(environment, folder / "serve.log") as server, Traffic(server.port, key) as traffic:
        began = time.monotonic()
        _command(folder / "from", "db", "backup", str(folder / "backup"))
        return traffic, time.monotonic() - began


def _command(home: Path, *arguments: str) -> None:
    environment = clean_environment(TESSELLA_HOME=str(home))
    done = subprocess.run([TESSELLA, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)


async def _look(folder: Path, key: str, before: list[Decision]) -> Restored:
    settings = Settings(home=folder / "to")
    with opened_backup(folder / "backup") as backup, installed(settings) as database:
        differing = _differing(backup.manifest, database.administering, folder / "again")
        findings = len(audit_database(database.dsn))
        async with running(settings) as application:
            caller = await application.authenticate(f"Bearer {key}".encode())
            after = await _decisions(application)
    unequal = sum(one != other for one, other in zip(before, after, strict=True))
    return Restored(differing, findings, unequal, caller.namespace == DEMO)


def _differing(made: Manifest, dsn: str, path: Path) -> int:
    """How many tables a backup of what was restored would have with other sums."""
    again = back_up(dsn, path, {})
    return len(set(made.tables) ^ set(again.tables))
