"""What is not restored, and that nothing of it is left behind."""

import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import psycopg
import pytest

from tessella.storage.backup import Manifest, opened_backup
from tessella.storage.backup.errors import (
    BackupNewer,
    DatabaseInUse,
    NotEmpty,
    NoWholeBackup,
    OlderPostgres,
    OtherKeys,
    RestoreFailed,
)
from tessella.storage.backup.manifest import read_manifest
from tessella.storage.installation.administration import database_status
from tessella.storage.installation.installation import Installation
from tests.storage.backup_support import holds_nothing, restored_from, sums


def test_an_installation_with_a_row_in_it_is_refused(small_backup: Path, empty_installation: Installation) -> None:
    restored_from(small_backup, empty_installation)
    before = sums(empty_installation.administering)
    with pytest.raises(NotEmpty, match=r"not empty: there are rows in tessella\.namespaces"):
        restored_from(small_backup, empty_installation)
    assert sums(empty_installation.administering) == before


def test_other_keys_are_never_overwritten(small_backup: Path, empty_installation: Installation) -> None:
    home = empty_installation.settings.home
    home.mkdir()
    (home / "key_pepper").write_text("of somebody else")
    with pytest.raises(OtherKeys):
        restored_from(small_backup, empty_installation)
    assert (home / "key_pepper").read_text() == "of somebody else"
    assert database_status(empty_installation.administering).schema.version is None


def test_nothing_is_restored_under_a_server_that_is_running(
    small_backup: Path, migrated_installation: Installation
) -> None:
    with psycopg.connect(migrated_installation.dsn), pytest.raises(DatabaseInUse):
        restored_from(small_backup, migrated_installation)


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
    small_backup: Path, empty_installation: Installation, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    (tmp_path / "b").write_bytes(small_backup.read_bytes())
    damage(tmp_path / "b")
    with pytest.raises(NoWholeBackup, match="is no whole backup of Tessella: "):
        restored_from(tmp_path / "b", empty_installation)
    assert holds_nothing(empty_installation)


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


def with_nothing_to_compare(manifest: Manifest) -> Manifest:
    return replace(manifest, files={})


def with_a_key_elsewhere(manifest: Manifest) -> Manifest:
    return replace(manifest, files={**manifest.files, "secrets/../elsewhere": "0"})


def with_a_model_elsewhere(manifest: Manifest) -> Manifest:
    return replace(manifest, files={**manifest.files, "models/shop/../1/manifest.json": "0"})


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
        (with_nothing_to_compare, NoWholeBackup, "its manifest does not name database.dump"),
        (with_a_key_elsewhere, NoWholeBackup, 'its manifest names a key "../elsewhere"'),
        (with_a_model_elsewhere, NoWholeBackup, 'its manifest names a model "shop/../1"'),
        (of_a_later_format, NoWholeBackup, "it is of format 2, and this Tessella reads format 1"),
        (of_a_later_tessella, BackupNewer, 'its schema is "9999"'),
        (of_a_later_postgres, OlderPostgres, "of PostgreSQL 99, and the database here is PostgreSQL 16"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_backup_that_does_not_fit_leaves_nothing_behind(
    small_backup: Path,
    empty_installation: Installation,
    tmp_path: Path,
    change: Callable[[Manifest], Manifest],
    error: type[Exception],
    told: str,
) -> None:
    path = with_manifest(small_backup, tmp_path / "b", change)
    with pytest.raises(error) as refused:
        restored_from(path, empty_installation)
    assert told in str(refused.value)
    assert holds_nothing(empty_installation)


def test_a_manifest_that_cannot_be_read_is_refused(small_backup: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b", "w") as archive:
        archive.writestr("manifest.json", msgspec.json.encode({"format": 1}))
    with pytest.raises(NoWholeBackup, match="its manifest cannot be read"), opened_backup(tmp_path / "b"):
        pass
