"""Backups: of one moment, whole, and restored whole or not at all."""

import asyncio
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import psycopg
import pytest

from tessella import usecases
from tessella.domain.decisions import Decision
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import DecisionId, Instant, Namespace, Role
from tessella.storage.administration import database_status
from tessella.storage.backup import Manifest, back_up, opened_backup, restore
from tessella.storage.backup.errors import (
    BackupExists,
    BackupNewer,
    BackupNotWritten,
    CannotSeeEveryRow,
    DatabaseInUse,
    NotEmpty,
    NothingToBackUp,
    NoWholeBackup,
    OlderPostgres,
    OtherKeys,
    ProgramTooOld,
    RestoreFailed,
)
from tessella.storage.backup.manifest import read_manifest
from tessella.storage.backup.programs import program
from tessella.storage.backup.sums import sums_of
from tessella.storage.catalogue import audit_database
from tessella.storage.embedded import Server
from tessella.storage.installation import Installation
from tessella.storage.secret_files import generated
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.add_facts import SubjectValues
from tessella.usecases.decide import DecisionRequest
from tests.database import Dsns, define, publish, scoped, session_of, settings_for, storage_with
from tests.storage.databases import empty_database

pytestmark = pytest.mark.anyio

SUBJECTS = [f"s{number}" for number in range(300)]
TIERS = ("VIP", "gold", "none")
AT = Instant(1_780_000_000_000_000)
MODE = 0o600
POLICIES = "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2"
SEGMENT = {"profile_id": "novel", "priority": 5}


@dataclass(frozen=True)
class Shop:
    """An installation with something in it, and a backup of it."""

    home: Path
    storage: Storage
    namespace: Namespace
    database: Dsns
    #: An API key.
    key: str

    def back_up(self, path: Path) -> Manifest:
        return back_up(self.database.superuser, path, generated(self.home))

    async def session(self) -> StoredSession:
        return await session_of(self.storage, self.namespace)


async def fill(session: StoredSession) -> None:
    await define(session, Kind.FEATURE, "tier", name="tier", type="string")
    await define(session, Kind.PROFILE, "novel", profile_id="novel", name="Novel", alpha=0.8)
    for tier in TIERS[:2]:
        rules = [{"rule_id": "tier", "expr": {"eq": ["tier", tier]}}]
        await define(session, Kind.SEGMENT, tier, segment_id=tier, rules=rules, **SEGMENT)
    values = [SubjectValues(name, {"tier": TIERS[place % 3]}) for place, name in enumerate(SUBJECTS)]
    await usecases.add_facts(session, values)


@pytest.fixture
async def shop(storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path) -> Shop:
    await fill(await session_of(storage, namespace))
    key = await storage.create_key(namespace, Role.ADMIN)
    return Shop(tmp_path / "home", storage, namespace, database, key)


@pytest.fixture
def target(postgres: Server, tmp_path: Path) -> Iterator[Installation]:
    """An installation with nothing in it."""
    with empty_database(postgres) as dsns:
        with psycopg.connect(dsns.superuser) as connection:
            connection.execute(f"ALTER DATABASE {connection.info.dbname} OWNER TO tessella_owner")
        yield Installation(settings_for(tmp_path / "restored"), dsns.app, dsns.superuser, is_embedded=True)


@pytest.fixture(scope="module")
def backup(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small backup, for those who only want to be refused it."""
    with empty_database(postgres) as dsns:
        folder = tmp_path_factory.mktemp("small")
        Installation(settings_for(folder), dsns.app, dsns.superuser, is_embedded=True).upgrade()
        with scoped(dsns.app, "shop", Role.SUPERADMIN) as connection:
            connection.execute("INSERT INTO tessella.namespaces VALUES ('shop')")
            connection.commit()
        back_up(dsns.superuser, folder / "small.backup", {"key_pepper": "p" * 64})
        yield folder / "small.backup"


def restored_from(path: Path, installation: Installation) -> None:
    with opened_backup(path) as found:
        restore(found, installation)


def sums(dsn: str) -> dict[str, tuple[int, str]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return {each.table: (each.rows, each.checksum) for each in sums_of(connection)}


def policies(dsn: str) -> list[tuple[str, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(POLICIES).fetchall()


async def decisions(session: StoredSession) -> list[Decision]:
    """Of every subject, without the ids that are new each time."""
    made = await usecases.decide_many(session, [DecisionRequest(name, at=AT) for name in SUBJECTS])
    return [msgspec.structs.replace(each, decision_id=DecisionId("")) for each in made]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def holds_nothing(installation: Installation) -> bool:
    """No schema, and no key."""
    no_schema = database_status(installation.administering).schema.version is None
    return no_schema and generated(installation.settings.home) == {}


async def test_a_restored_installation_decides_the_same_with_the_same_keys_under_row_security(
    shop: Shop, target: Installation, tmp_path: Path
) -> None:
    session = await shop.session()
    before = await decisions(session)
    made = await asyncio.to_thread(shop.back_up, tmp_path / "b")
    await asyncio.to_thread(restored_from, tmp_path / "b", target)
    assert sums(target.administering) == {each.table: (each.rows, each.checksum) for each in made.tables}
    assert (audit_database(target.dsn), policies(target.administering)) == ([], policies(shop.database.superuser))
    assert generated(target.settings.home) == generated(shop.home)
    async with storage_with(target.dsn, target.settings.home) as storage:
        assert await decisions(await session_of(storage, shop.namespace)) == before
        assert {each.segment_id for each in before} == {*TIERS[:2], "default"}
        assert (await storage.keys.verify(shop.key)).namespace == shop.namespace
        stored = await publish(await session_of(storage, shop.namespace), Kind.PROFILE, "p2", {"profile_id": "p2"})
        assert stored[0].version == 1


async def test_a_backup_taken_under_load_is_of_one_moment(shop: Shop, target: Installation, tmp_path: Path) -> None:
    ended = asyncio.Event()
    numbers = iter(range(1_000_000))

    async def write_without_pause() -> int:
        session = await shop.session()
        while not ended.is_set():
            number = str(next(numbers))
            await publish(session, Kind.PROFILE, "novel", {"profile_id": "novel", "name": number})
            await publish(session, Kind.CAMPAIGN, "sale", {"campaign_id": "sale", "overrides": {"alpha": 0.5}})
        return int(number)

    writing = asyncio.create_task(write_without_pause())
    made = await asyncio.to_thread(shop.back_up, tmp_path / "b")
    ended.set()
    assert await writing > 1
    await asyncio.to_thread(restored_from, tmp_path / "b", target)
    assert sums(target.administering) == {each.table: (each.rows, each.checksum) for each in made.tables}
    with scoped(target.dsn, shop.namespace, Role.ADMIN) as connection:
        counts = "SELECT (SELECT count(*) FROM tessella.publishes), (SELECT version FROM tessella.snapshot_versions)"
        published, version = connection.execute(counts).fetchone()
    assert published == version


async def test_a_backup_is_for_its_owner_only_and_holds_the_generated_keys(shop: Shop, tmp_path: Path) -> None:
    made = shop.back_up(tmp_path / "b")
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == MODE
    with opened_backup(tmp_path / "b") as found:
        assert found.secrets() == generated(shop.home)
    assert {"key_pepper", "pseudonym_key", "audit_key"} <= set(made.keys)
    assert names_in(tmp_path) == {"b", "home"}


async def test_a_backup_without_keys_restores_everything_else(shop: Shop, target: Installation, tmp_path: Path) -> None:
    back_up(shop.database.superuser, tmp_path / "b", {})
    restored_from(tmp_path / "b", target)
    assert generated(target.settings.home) == {}
    with scoped(target.dsn, shop.namespace, Role.ADMIN) as connection:
        assert connection.execute("SELECT count(*) FROM tessella.subject_facts").fetchone() == (len(SUBJECTS),)


def test_a_backup_never_replaces_a_file(database: Dsns, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("last night's")
    with pytest.raises(BackupExists, match="is there already"):
        back_up(database.superuser, tmp_path / "b", {})
    assert (tmp_path / "b").read_text() == "last night's"


def test_a_folder_that_cannot_be_written_is_one_sentence(database: Dsns, tmp_path: Path) -> None:
    with pytest.raises(BackupNotWritten, match=r"could not be written: No such file or directory\.$"):
        back_up(database.superuser, tmp_path / "nowhere" / "b", {})


def test_a_role_under_row_security_makes_no_backup(database: Dsns, tmp_path: Path) -> None:
    with pytest.raises(CannotSeeEveryRow, match='The role "tessella_app" does not see every row'):
        back_up(database.app, tmp_path / "b", {})
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tessella_has_nothing_to_back_up(target: Installation, tmp_path: Path) -> None:
    with pytest.raises(NothingToBackUp):
        back_up(target.administering, tmp_path / "b", {})


def test_a_server_that_is_newer_than_every_pg_dump_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProgramTooOld, match="pg_dump is of PostgreSQL 16, and this needs the one of 99 or newer"):
        program("pg_dump", at_least=99)


def test_an_empty_schema_is_as_good_as_none(backup: Path, target: Installation) -> None:
    target.upgrade()
    restored_from(backup, target)
    assert sums(target.administering)["tessella.namespaces"][0] == 1


def test_an_older_schema_is_brought_up_to_date(backup: Path, target: Installation, tmp_path: Path) -> None:
    restored_from(backup, target)
    with psycopg.connect(target.administering) as connection:
        connection.execute("COMMENT ON SCHEMA tessella IS 'generated by an earlier Tessella'")
        connection.execute("DROP POLICY may_select ON tessella.namespaces")
    back_up(target.administering, tmp_path / "older", {})
    with psycopg.connect(target.administering) as connection:
        connection.execute("DROP SCHEMA tessella, jobs CASCADE")
    restored_from(tmp_path / "older", target)
    assert database_status(target.dsn).schema.is_current


def test_an_installation_with_a_row_in_it_is_refused(backup: Path, target: Installation) -> None:
    restored_from(backup, target)
    before = sums(target.administering)
    with pytest.raises(NotEmpty, match=r"not empty: there are rows in tessella\.namespaces"):
        restored_from(backup, target)
    assert sums(target.administering) == before


def test_other_keys_are_never_overwritten(backup: Path, target: Installation) -> None:
    home = target.settings.home
    home.mkdir()
    (home / "key_pepper").write_text("of somebody else")
    with pytest.raises(OtherKeys):
        restored_from(backup, target)
    assert (home / "key_pepper").read_text() == "of somebody else"
    assert database_status(target.administering).schema.version is None


def test_snapshots_that_were_kept_of_the_lost_database_are_forgotten(backup: Path, target: Installation) -> None:
    kept = target.settings.home / "snapshots" / "shop.snapshot"
    kept.parent.mkdir(parents=True)
    kept.write_text("of a version that the backup does not know")
    restored_from(backup, target)
    assert not kept.exists()


def test_nothing_is_restored_under_a_server_that_is_running(backup: Path, target: Installation) -> None:
    target.upgrade()
    with psycopg.connect(target.dsn), pytest.raises(DatabaseInUse):
        restored_from(backup, target)


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    """Change one byte in the middle, which is in the dump."""
    text = bytearray(path.read_bytes())
    text[len(text) // 2] ^= 1
    path.write_bytes(bytes(text))


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [half, flip, empty, Path.unlink], ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_refused_as_a_whole(
    backup: Path, target: Installation, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    (tmp_path / "b").write_bytes(backup.read_bytes())
    damage(tmp_path / "b")
    with pytest.raises(NoWholeBackup, match="is no whole backup of Tessella: "):
        restored_from(tmp_path / "b", target)
    assert holds_nothing(target)


def with_manifest(backup: Path, path: Path, change: Callable[[Manifest], Manifest]) -> Path:
    """The same archive with another manifest."""
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, change(read_manifest(text)).to_json() if name == "manifest.json" else text)
    return path


def one_row_more(manifest: Manifest) -> Manifest:
    return replace(manifest, tables=[replace(each, rows=each.rows + 1) for each in manifest.tables])


def without_its_dump(manifest: Manifest) -> Manifest:
    return replace(manifest, files={**manifest.files, "more.dump": "0"})


def of_a_later_format(manifest: Manifest) -> Manifest:
    return replace(manifest, format=2)


def of_a_later_tessella(manifest: Manifest) -> Manifest:
    return replace(manifest, schema="9999")


def of_a_later_postgres(manifest: Manifest) -> Manifest:
    return replace(manifest, postgresql=99)


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        (one_row_more, RestoreFailed, "the rows of jobs.alembic_version are not those of the backup"),
        (without_its_dump, NoWholeBackup, "a file is missing in it"),
        (of_a_later_format, NoWholeBackup, "it is of format 2, and this Tessella reads format 1"),
        (of_a_later_tessella, BackupNewer, 'its schema is "9999"'),
        (of_a_later_postgres, OlderPostgres, "of PostgreSQL 99, and the database here is PostgreSQL 16"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_backup_that_does_not_fit_leaves_nothing_behind(
    backup: Path,
    target: Installation,
    tmp_path: Path,
    change: Callable[[Manifest], Manifest],
    error: type[Exception],
    told: str,
) -> None:
    path = with_manifest(backup, tmp_path / "b", change)
    with pytest.raises(error) as refused:
        restored_from(path, target)
    assert told in str(refused.value)
    assert holds_nothing(target)


def test_a_manifest_that_cannot_be_read_is_refused(backup: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b", "w") as archive:
        archive.writestr("manifest.json", msgspec.json.encode({"format": 1}))
    with pytest.raises(NoWholeBackup, match="its manifest cannot be read"), opened_backup(tmp_path / "b"):
        pass
