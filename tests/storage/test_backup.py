"""Backups: of one moment, whole, and restored whole or not at all."""

import asyncio
import stat
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psycopg
import pytest

from tessella import usecases
from tessella.domain.decisions import Decision
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import DecisionId, Instant, Namespace, Role
from tessella.storage.backup import Manifest, back_up, opened_backup
from tessella.storage.backup.errors import (
    BackupExists,
    BackupNotWritten,
    CannotSeeEveryRow,
    NothingToBackUp,
    ProgramTooOld,
)
from tessella.storage.backup.programs import program
from tessella.storage.installation.administration import database_status
from tessella.storage.installation.catalogue import audit_database
from tessella.storage.installation.installation import Installation
from tessella.storage.installation.secret_files import generated
from tessella.storage.models.errors import ModelGone
from tessella.storage.models.files import ModelFolder
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.add_facts import SubjectValues
from tessella.usecases.decide import DecisionRequest
from tests.churn_model import churn_model, serve_churn
from tests.database import Dsns, define, publish, scoped, session_of, storage_with
from tests.storage.backup_support import backed_up, restored_from, sums

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
        return back_up(self.database.superuser, path, generated(self.home), ModelFolder(self.home / "models"))

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
    key = await storage.administration.create_key(namespace, Role.ADMIN)
    return Shop(tmp_path / "home", storage, namespace, database, key)


def policies(dsn: str) -> list[tuple[str, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(POLICIES).fetchall()


async def decisions(session: StoredSession) -> list[Decision]:
    """Of every subject, without the ids that are new each time."""
    made = await usecases.decide_many(session, [DecisionRequest(name, at=AT) for name in SUBJECTS])
    return [msgspec.structs.replace(each, decision_id=DecisionId("")) for each in made]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_restored_installation_decides_the_same_with_the_same_keys_under_row_security(
    shop: Shop, empty_installation: Installation, tmp_path: Path
) -> None:
    session = await shop.session()
    before = await decisions(session)
    made = await asyncio.to_thread(shop.back_up, tmp_path / "b")
    await asyncio.to_thread(restored_from, tmp_path / "b", empty_installation)
    assert sums(empty_installation.administering) == {each.table: (each.rows, each.checksum) for each in made.tables}
    assert (audit_database(empty_installation.dsn), policies(empty_installation.administering)) == (
        [],
        policies(shop.database.superuser),
    )
    assert generated(empty_installation.settings.home) == generated(shop.home)
    async with storage_with(empty_installation.dsn, empty_installation.settings.home) as storage:
        assert await decisions(await session_of(storage, shop.namespace)) == before
        assert {each.segment_id for each in before} == {*TIERS[:2], "default"}
        assert (await storage.keys.verify(shop.key)).namespace == shop.namespace
        stored = await publish(await session_of(storage, shop.namespace), Kind.PROFILE, "p2", {"profile_id": "p2"})
        assert stored[0].version == 1


async def test_models_are_restored_with_their_files_and_those_that_had_none_are_named(
    shop: Shop, empty_installation: Installation, tmp_path: Path
) -> None:
    session, folder = await shop.session(), shop.home / "models" / shop.namespace
    await serve_churn(session)
    manifest, files = churn_model()
    for model_id in ("lapse", "lost"):
        await session.add_model(msgspec.structs.replace(manifest, model_id=model_id), files)
    await session.activate_model("lost", 1)
    (folder / "lost").rename(tmp_path / "elsewhere")
    before = (await session.model("churn")).one({"recency_days": 50.0})
    made = await asyncio.to_thread(shop.back_up, tmp_path / "b")
    assert [each for each in made.models if each.startswith(f"{shop.namespace}/")] == [
        f"{shop.namespace}/churn/1", f"{shop.namespace}/lapse/1",
    ]  # fmt: skip
    lost = 'Version 1 of the model "lost" is not in the model folder.'
    assert f'Namespace "{shop.namespace}": {lost}' in made.missing
    missing = await asyncio.to_thread(restored_from, tmp_path / "b", empty_installation)
    assert lost in [each.message for each in missing]
    restored = empty_installation.settings.home / "models" / shop.namespace
    assert names_in(restored / "lapse" / "1") == {"churn.onnx", "manifest.json"}
    async with storage_with(empty_installation.dsn, empty_installation.settings.home) as storage:
        theirs = await session_of(storage, shop.namespace)
        assert (await theirs.model("churn")).one({"recency_days": 50.0}) == before
        with pytest.raises(ModelGone):
            await theirs.model("lost")


async def test_a_backup_taken_under_load_is_of_one_moment(
    shop: Shop, empty_installation: Installation, tmp_path: Path
) -> None:
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
    await asyncio.to_thread(restored_from, tmp_path / "b", empty_installation)
    assert sums(empty_installation.administering) == {each.table: (each.rows, each.checksum) for each in made.tables}
    with scoped(empty_installation.dsn, shop.namespace, Role.ADMIN) as connection:
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


async def test_a_backup_without_keys_restores_everything_else(
    shop: Shop, empty_installation: Installation, tmp_path: Path
) -> None:
    backed_up(shop.database.superuser, tmp_path / "b")
    restored_from(tmp_path / "b", empty_installation)
    assert generated(empty_installation.settings.home) == {}
    with scoped(empty_installation.dsn, shop.namespace, Role.ADMIN) as connection:
        assert connection.execute("SELECT count(*) FROM tessella.subject_facts").fetchone() == (len(SUBJECTS),)


def test_a_backup_never_replaces_a_file(database: Dsns, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("last night's")
    with pytest.raises(BackupExists, match="is there already"):
        backed_up(database.superuser, tmp_path / "b")
    assert (tmp_path / "b").read_text() == "last night's"


def test_a_folder_that_cannot_be_written_is_one_sentence(database: Dsns, tmp_path: Path) -> None:
    with pytest.raises(BackupNotWritten, match=r"could not be written: No such file or directory\.$"):
        backed_up(database.superuser, tmp_path / "nowhere" / "b")


def test_a_role_under_row_security_makes_no_backup(database: Dsns, tmp_path: Path) -> None:
    with pytest.raises(CannotSeeEveryRow, match='The role "tessella_app" does not see every row'):
        backed_up(database.app, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tessella_has_nothing_to_back_up(empty_installation: Installation, tmp_path: Path) -> None:
    with pytest.raises(NothingToBackUp):
        backed_up(empty_installation.administering, tmp_path / "b")


def test_a_server_that_is_newer_than_every_pg_dump_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProgramTooOld, match="pg_dump is of PostgreSQL 16, and this needs the one of 99 or newer"):
        program("pg_dump", at_least=99)


def test_an_empty_schema_is_as_good_as_none(small_backup: Path, migrated_installation: Installation) -> None:
    restored_from(small_backup, migrated_installation)
    assert sums(migrated_installation.administering)["tessella.namespaces"][0] == 1


def test_an_older_schema_is_brought_up_to_date(
    small_backup: Path, empty_installation: Installation, tmp_path: Path
) -> None:
    restored_from(small_backup, empty_installation)
    with psycopg.connect(empty_installation.administering) as connection:
        connection.execute("COMMENT ON SCHEMA tessella IS 'generated by an earlier Tessella'")
        connection.execute("DROP POLICY may_select ON tessella.namespaces")
    backed_up(empty_installation.administering, tmp_path / "older")
    with psycopg.connect(empty_installation.administering) as connection:
        connection.execute("DROP SCHEMA tessella, jobs CASCADE")
    restored_from(tmp_path / "older", empty_installation)
    assert database_status(empty_installation.dsn).schema.is_current


def test_snapshots_that_were_kept_of_the_lost_database_are_forgotten(
    small_backup: Path, empty_installation: Installation
) -> None:
    kept = empty_installation.settings.home / "snapshots" / "shop.snapshot"
    kept.parent.mkdir(parents=True)
    kept.write_text("of a version that the backup does not know")
    restored_from(small_backup, empty_installation)
    assert not kept.exists()
