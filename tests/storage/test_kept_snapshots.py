"""What is kept on the disk: decided from when the database is not there, and never when it was tampered with."""

import errno
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tessella.domain.definitions import Definitions, Kind
from tessella.domain.errors.identity import InvalidKey
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.ports import Caller
from tessella.storage.disk import KeptNamespace, Shelf
from tessella.storage.disk.errors import KeptUnusable
from tessella.storage.disk.kept import objects_of
from tessella.storage.errors import DatabaseAway, SnapshotMissing
from tessella.storage.key_ring import KeyRing
from tessella.storage.memory.loaded import Source
from tessella.storage.store import Storage
from tests.database import Dsns, Link, define, link_to, session_of, storage_with, until

pytestmark = pytest.mark.anyio

KEY = b"k" * 32
HERE = Namespace("here")
NO_KEYS = KeyRing("0", "server-1", (10, 0), {})


def kept(version: int, **changed: object) -> KeptNamespace:
    built = KeptNamespace(HERE, "host=db", version, NO_KEYS, Instant(version), objects_of(Definitions()))
    return msgspec.structs.replace(built, **changed)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, KEY, "host=db")


def file_of(home: Path, namespace: str = HERE) -> Path:
    return home / "snapshots" / f"{namespace}.snapshot"


def read(home: Path, **changed: object) -> KeptNamespace:
    """What another process reads."""
    return Shelf(**{"home": home, "key": KEY, "database": "host=db", **changed}).load(HERE)


def test_what_was_kept_is_read_again_and_private(shelf: Shelf, tmp_path: Path) -> None:
    assert shelf.keep(kept(3))
    assert read(tmp_path) == kept(3)
    assert oct(file_of(tmp_path).stat().st_mode)[-3:] == "600"
    assert oct(file_of(tmp_path).parent.stat().st_mode)[-3:] == "700"


@pytest.mark.parametrize("damage", [
    lambda content: content[:-10],
    lambda content: content[:20],
    lambda content: b"",
    lambda content: content.replace(b'"version":3', b'"version":4'),
    lambda content: content.replace(b"tessella snapshot 1", b"tessella snapshot 2"),
    lambda content: content + b" ",
])  # fmt: skip
def test_a_file_that_was_cut_short_altered_or_has_another_form_is_refused_and_counted(
    shelf: Shelf, tmp_path: Path, damage
) -> None:
    shelf.keep(kept(3))
    file_of(tmp_path).write_bytes(damage(file_of(tmp_path).read_bytes()))
    with pytest.raises(KeptUnusable):
        shelf.load(HERE)
    assert (shelf.figures().refusals, list(shelf.figures().refused)) == (1, [HERE])
    shelf.keep(kept(3))
    assert shelf.figures().refused == {}


def test_a_file_sealed_with_another_key_for_another_namespace_or_of_another_database_is_refused(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.keep(kept(3))
    with pytest.raises(KeptUnusable, match="another key"):
        read(tmp_path, key=b"x" * 32)
    with pytest.raises(KeptUnusable, match="another database"):
        read(tmp_path, database="host=other")
    file_of(tmp_path).rename(file_of(tmp_path, "there"))
    with pytest.raises(KeptUnusable, match="another namespace"):
        shelf.load(Namespace("there"))


def test_an_older_version_never_replaces_a_newer_one(shelf: Shelf, tmp_path: Path) -> None:
    for version in (5, 4):
        assert shelf.keep(kept(version))
    assert read(tmp_path).version == 5


def test_newer_keys_are_kept_though_their_definitions_are_older(shelf: Shelf, tmp_path: Path) -> None:
    newer_keys = msgspec.structs.replace(NO_KEYS, state="1", moment=(11, 0))
    shelf.keep(kept(5))
    shelf.keep(kept(4, ring=newer_keys))
    assert (read(tmp_path).version, read(tmp_path).ring) == (5, newer_keys)
    shelf.keep(kept(6))
    assert (read(tmp_path).version, read(tmp_path).ring) == (6, newer_keys)


def test_another_server_begins_to_count_anew(shelf: Shelf, tmp_path: Path) -> None:
    shelf.keep(kept(5))
    shelf.keep(kept(2, ring=msgspec.structs.replace(NO_KEYS, server="server-2")))
    assert read(tmp_path).version == 2


def test_a_full_disk_leaves_the_file_before(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.keep(kept(5))

    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    assert not shelf.keep(kept(6))
    assert "No space left" in shelf.figures().failure
    assert read(tmp_path).version == 5
    assert sorted(each.name for each in file_of(tmp_path).parent.iterdir()) == [".lock", "here.snapshot"]
    monkeypatch.undo()
    assert shelf.keep(kept(6))
    assert (shelf.figures().failure, read(tmp_path).version) == ("", 6)


@asynccontextmanager
async def started_without_database(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> AsyncIterator[tuple[Storage, Link, list[str]]]:
    """A process that was started when the database was gone, after another had seen two keys, one taken back."""
    home = tmp_path / "home"
    async with link_to(database.app, tmp_path) as link:
        async with storage_with(link.dsn, home, namespace) as before:
            keys = [await before.administration.create_key(namespace, Role.ADMIN) for _ in range(2)]
            await define(await session_of(before, namespace), Kind.SEGMENT, "vip", segment_id="vip")
            await before.administration.revoke_key(namespace, keys[1].split(".")[1])
        await link.cut()
        async with storage_with(link.dsn, home) as storage:
            yield storage, link, keys


async def test_a_process_started_without_its_database_serves_what_is_on_the_disk(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with started_without_database(database, namespace, tmp_path) as (storage, _, keys):
        caller = await storage.keys.verify(keys[0])
        assert caller == Caller(namespace, Role.ADMIN)
        assert list((await storage.session(caller)).snapshot().definitions.segments) == ["vip"]
        state = storage.health().states[namespace]
        assert (state.version, state.source) == (1, Source.DISK)
        assert 0 <= state.age_seconds < 60


async def test_a_key_that_was_taken_back_is_not_valid_from_the_disk(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with started_without_database(database, namespace, tmp_path) as (storage, _, keys):
        with pytest.raises((InvalidKey, DatabaseAway)):
            await storage.keys.verify(keys[1])
        with pytest.raises(InvalidKey):
            await storage.keys.verify(keys[0][:-1] + ("A" if keys[0][-1] != "A" else "B"))
        with pytest.raises(DatabaseAway):
            await storage.keys.verify(keys[0].replace(namespace, "nobody-has-this"))


async def test_the_live_version_takes_over_when_the_database_is_back(
    database: Dsns, namespace: Namespace, tmp_path: Path, storage: Storage
) -> None:
    async with started_without_database(database, namespace, tmp_path) as (cold, link, _):
        await cold.session(Caller(namespace, Role.ADMIN))
        await define(await session_of(storage, namespace), Kind.SEGMENT, "new", segment_id="new")
        await link.mend()
        await until(
            lambda: [each.version for each in cold.health().states.values()] == [2], "the live version was loaded"
        )
        assert cold.health().states[namespace].source is Source.LIVE
        assert cold.health().failures == {}
        await until(lambda: b'"version":2' in file_of(tmp_path / "home", namespace).read_bytes(), "the file followed")


async def test_a_tampered_file_is_not_served(database: Dsns, namespace: Namespace, tmp_path: Path) -> None:
    async with link_to(database.app, tmp_path) as link:
        async with storage_with(link.dsn, tmp_path / "home", namespace):
            pass
        await link.cut()
        path = file_of(tmp_path / "home", namespace)
        path.write_bytes(path.read_bytes().replace(b'"version":0', b'"version":9'))
        async with storage_with(link.dsn, tmp_path / "home") as storage:
            with pytest.raises(SnapshotMissing):
                (await storage.session(Caller(namespace, Role.ADMIN))).snapshot()
            assert list(storage.health().kept.refused) == [namespace]


async def test_the_age_of_a_kept_snapshot_is_never_negative(
    database: Dsns, namespace: Namespace, tmp_path: Path, time_machine
) -> None:
    async with started_without_database(database, namespace, tmp_path) as (storage, _, __):
        await storage.session(Caller(namespace, Role.ADMIN))
        for jump in (-3600, 3600):
            time_machine.move_to(time.time() + jump, tick=True)
            assert storage.health().states[namespace].age_seconds >= 0
