"""An installation with many subjects, one of whom is to be erased: rows, files, caches, the audit and a backup."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import FeatureName, Namespace, SubjectId
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports.audience_reading import FileForm
from tessella.ports.clock import present
from tessella.storage.embedded import SUPERUSER
from tessella.storage.installation.compacting import compact
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.audiences.export_members import ExportRequest, export_members
from tessella.usecases.build_index import build_index
from tessella.usecases.privacy.erase import Erased, erase_subject
from tessella.warehouse.audiences import ExportFiles
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tests.audits import record
from tests.database import define, session_of, settings_for, storage_with
from tests.erasing import CANARY, SECRET, files_with, hits, plant
from tests.usecases.audiences import calculated, know, segment

SHOP = Namespace("shop")
ANN = SubjectId(CANARY)
_FACTS = """
INSERT INTO tessella.subject_facts (namespace, subject_id, feature, value, as_of)
SELECT 'shop', 's' || number, feature, '"VIP"', now()
  FROM generate_series(1, %s) AS number, unnest(ARRAY['user.tier', 'user.note']) AS feature
"""
_EVENTS = """
INSERT INTO tessella.events (namespace, event_id, subject_id, event_type, occurred_at, item_id)
SELECT 'shop', 'e' || number || '-' || each, 's' || number, 'purchase', now() - each * interval '1 day', 'i' || each
  FROM generate_series(1, %s) AS number, generate_series(1, 5) AS each
"""
_SETTINGS = """
INSERT INTO tessella.personalization_settings
SELECT 'shop', 's' || number, true, true FROM generate_series(1, %s) AS number
"""

_SHARES = "UPDATE tessella.personalization_settings SET data_sharing_consent = true WHERE subject_id = %s"


@dataclass(frozen=True)
class World:
    """One installation."""

    storage: Storage
    session: StoredSession
    superuser: str
    #: The files of the installation, and those of its database.
    home: Path
    data: Path
    duckdb: DuckDBWorker

    def found(self) -> tuple[dict[str, int], list[Path]]:
        """Rows of any table, and files beside the database, that tell of the subject."""
        with psycopg.connect(self.superuser) as connection:
            rows = hits(connection, CANARY, SECRET)
        raw = [each for each in files_with(self.home, CANARY, SECRET) if not each.is_relative_to(self.data)]
        return rows, sorted({*raw, *self._compressed()})

    def _compressed(self) -> list[Path]:
        """Files of Parquet, in which no byte need be as it was."""
        every = [each for each in self.home.rglob("*") if each.is_file() and not each.is_relative_to(self.data)]
        parquet = [each for each in every if each.read_bytes()[:4] == b"PAR1"]
        return [each for each in parquet if self._rows_of_them(each)]

    def _rows_of_them(self, file: Path) -> int:
        theirs = f"contains(CAST(each AS VARCHAR), '{CANARY}')"
        [(count,)] = self.duckdb.query(f"SELECT count(*) FROM read_parquet('{file}') AS each WHERE {theirs}")
        return int(count)

    def raw(self) -> list[Path]:
        """Files of the database that hold a byte of the subject."""
        return files_with(self.data, CANARY, SECRET)

    def remembers(self) -> list[str]:
        """The memories of this process that hold the subject."""
        parts = self.storage._parts
        held = {
            "subjects": parts.subjects._known, "histories": parts.histories._known._held,
            "rankings": parts.rankings._known._held, "predictions": parts.predictions._known._held,
            "assignments": parts.experiments.assignments._known._held,
        }  # fmt: skip
        return [name for name, known in held.items() if CANARY in repr([*known])]

    def compact(self) -> None:
        """What the documents say to do, so that the disk forgets too."""
        compact(self.superuser, lambda _: None)


@asynccontextmanager
async def world(dsn: str, home: Path, subjects: int, duckdb: DuckDBWorker) -> AsyncIterator[World]:
    """So many subjects, and one more who is planted in every table, file and memory."""
    superuser = make_conninfo(dsn, user=SUPERUSER)
    async with storage_with(dsn, home, SHOP) as storage:
        session = await session_of(storage, SHOP)
        await _define(session)
        with psycopg.connect(superuser) as connection:
            for each in (_FACTS, _EVENTS, _SETTINGS):
                connection.execute(each, [subjects])
            plant(connection, SHOP)
            connection.execute(_SHARES, [CANARY])
        await know(session, {CANARY: {"user.tier": "VIP", "user.note": SECRET}})
        await _work(session, home, duckdb)
        yield World(storage, session, superuser, home, _data_folder(superuser), duckdb)


async def erased(world: World, duckdb: DuckDBWorker, settle_seconds: float = 0.0) -> Erased:
    """Erase the subject."""
    return await erase_subject(
        world.session, DuckDBWarehouse(duckdb), ANN, lambda _: None, settle_seconds=settle_seconds
    )


async def _define(session: StoredSession) -> None:
    for name in ("user.tier", "user.note"):
        await define(session, Kind.FEATURE, name, name=name, type="string", source="fact")
    await segment(session, "vip", {"eq": ["user.tier", "VIP"]})
    await session.put_items([Item(f"i{number}") for number in range(1, 6)])


async def _work(session: StoredSession, home: Path, duckdb: DuckDBWorker) -> None:
    """What servers make of it: audiences, an export, an index, decisions, and what is remembered."""
    await calculated(session, duckdb, as_of=present())
    await build_index(session, as_of=present(), progress=lambda _: None)
    files = ExportFiles(duckdb, settings_for(home).export_places(SHOP))
    for form in FileForm:
        columns = (FeatureName("user.note"),)
        await export_members(session, files, ExportRequest(None, f"all.{form}", form, columns))
    for number in range(200):
        who = ANN if number % 20 == 0 else SubjectId(f"s{number}")
        await record(session, subject_id=who, features={FeatureName("user.note"): SECRET if who == ANN else "else"})
    await session.known(ANN)
    await session.histories([ANN])


def _data_folder(superuser: str) -> Path:
    """Where the server works: it tells no path that another process could follow."""
    with psycopg.connect(superuser) as connection:
        [(pid,)] = connection.execute("SELECT pg_backend_pid()").fetchall()
        return Path(f"/proc/{pid}/cwd").readlink()


@contextmanager
def one_worker() -> Iterator[DuckDBWorker]:
    """DuckDB in one thread."""
    with DuckDBWorker(memory_limit="500MB", threads=1) as worker:
        yield worker
