"""The `restore` scenario: the demo is backed up under load, and restored into an installation with nothing in it."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import psycopg

from benchmarks.figure import Figure, Goal
from faults.backup_load import Traffic
from faults.checker import NONE
from faults.installation import Installation
from faults.server import TESSELLA, clean_environment, serving
from tessella import usecases
from tessella.bootstrap import Application, running
from tessella.demo.load import AS_OF, DEMO
from tessella.domain.decisions import STALE_ROW, Decision
from tessella.domain.identifiers import DecisionId, Role, SubjectId
from tessella.ports import Caller
from tessella.settings import Settings
from tessella.storage.backup import opened_backup
from tessella.storage.backup.sums import sums_of
from tessella.storage.installation.catalogue import audit_database
from tessella.storage.installation.installation import installed as reached
from tessella.usecases.decide import DecisionRequest

_ASKED: Final = 1_000
_MOST_SECONDS: Final = 90
#: Clients are busy for so long before the backup begins.
_BUSY_SECONDS: Final = 2.0
#: Decisions are asked for again so often while a row has not come, after such a pause.
_MOST_AGAIN: Final = 20
_PAUSE_SECONDS: Final = 0.25
_LOAD_EVENTS: Final = "SELECT event_id FROM tessella.events WHERE event_id LIKE 'load-%'"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made while clients were busy."""

    seconds: float
    #: Requests in that time, and those among them that were refused or lost.
    asked: int
    failed: int
    #: Events that were acknowledged before it began.
    acknowledged: frozenset[str]


@dataclass(frozen=True, slots=True)
class Restored:
    """What there is after the drill, beside what there was."""

    #: Of those that were acknowledged before the backup.
    events_missing: int
    tables_that_differ: int
    row_security_findings: int
    decisions_that_differ: int
    #: Decisions on either side whose rows or facts had still not come, however often they were asked for.
    decisions_without_rows: int
    is_key_valid: bool


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """Back up 1.4 million events under load and restore them elsewhere: the same rows, decisions and keys."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir=installed.folder) as name:
        folder = Path(name)
        key, before = asyncio.run(_prepare(folder / "from"))
        made = _back_up(folder, key)
        yield Figure("restore: requests during the backup", made.asked, "")
        yield Figure("restore: of them refused or lost", made.failed, "")
        yield Figure("restore: backup under load", made.seconds, "s")
        began = time.monotonic()
        _command(folder / "to", "db", "restore", str(folder / "backup"))
        yield Figure("restore: restore into an empty cluster", time.monotonic() - began, "s")
        yield from _figures(asyncio.run(_look(folder, key, before, made.acknowledged)))
        drill = made.seconds + time.monotonic() - began
        yield Figure("restore: backup, restore and checks", drill, "s", goal=Goal("value", "<=", _MOST_SECONDS))


def _figures(found: Restored) -> Iterator[Figure]:
    yield Figure("restore: events acknowledged before it and missing", found.events_missing, "", goal=NONE)
    yield Figure("restore: tables with other rows", found.tables_that_differ, "", goal=NONE)
    yield Figure("restore: findings against row security", found.row_security_findings, "", goal=NONE)
    yield Figure(f"restore: other decisions of {_ASKED:,}", found.decisions_that_differ, "", goal=NONE)
    yield Figure("restore: decisions without a row in time", found.decisions_without_rows, "", goal=NONE)
    yield Figure("restore: API keys that are not valid any more", int(not found.is_key_valid), "", goal=NONE)


async def _prepare(home: Path) -> tuple[str, list[Decision]]:
    """The demo's data with all that its jobs write, a key, and decisions to compare with."""
    await asyncio.to_thread(_command, home, "demo", "--load-only")
    async with running(Settings(home=home)) as application:
        return await application.administration.create_key(DEMO, Role.ADMIN), await _decisions(application)


async def _decisions(application: Application) -> list[Decision]:
    """Of the first subjects, without the ids, which are new each time.

    They are asked for until all rows have come: a busy machine makes rows late, and decisions go on without them.
    """
    asked = [DecisionRequest(SubjectId(str(number)), at=AS_OF) for number in range(1, _ASKED + 1)]
    async with application.session(Caller(DEMO, Role.ADMIN)) as session:
        made = await usecases.decide_many(session, asked)
        for _ in range(_MOST_AGAIN):
            if not _stale(made):
                break
            await asyncio.sleep(_PAUSE_SECONDS)
            made = await usecases.decide_many(session, asked)
    return [msgspec.structs.replace(each, decision_id=DecisionId("")) for each in made]


def _back_up(folder: Path, key: str) -> BackedUp:
    environment = clean_environment(TESSELLA_HOME=str(folder / "from"))
    with serving(environment, folder / "serve.log") as server, Traffic(server.port, key) as traffic:
        time.sleep(_BUSY_SECONDS)
        acknowledged, asked, failed = frozenset(traffic.acknowledged), traffic.asked, traffic.failed
        began = time.monotonic()
        _command(folder / "from", "db", "backup", str(folder / "backup"))
        seconds = time.monotonic() - began
        return BackedUp(seconds, traffic.asked - asked, traffic.failed - failed, acknowledged)


def _command(home: Path, *arguments: str) -> None:
    environment = clean_environment(TESSELLA_HOME=str(home))
    done = subprocess.run([TESSELLA, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)


async def _look(folder: Path, key: str, before: list[Decision], acknowledged: frozenset[str]) -> Restored:
    # A team's sources of customers are not ours: they lie where they lay, and are read from there again.
    settings = Settings(home=folder / "to", warehouse_folders=str(folder / "from" / "warehouse"))
    with opened_backup(folder / "backup") as backup, reached(settings) as database:
        with psycopg.connect(database.administering, autocommit=True) as connection:
            differing = set(backup.manifest.tables) ^ set(sums_of(connection))
            stored = {row[0] for row in connection.execute(_LOAD_EVENTS)}
        findings = audit_database(database.dsn)
        async with running(settings) as application:
            caller = await application.keys.verify(key)
            after = await _decisions(application)
    unequal = sum(one != other for one, other in zip(before, after, strict=True))
    return Restored(
        len(acknowledged - stored), len(differing), len(findings), unequal, _stale(before) + _stale(after),
        caller.namespace == DEMO,
    )  # fmt: skip


def _stale(decisions: Iterable[Decision]) -> int:
    return sum(any(reason.code == STALE_ROW.code for reason in each.reasons) for each in decisions)
