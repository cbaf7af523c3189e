"""What the tests of backups share."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from tessella.storage.backup import Manifest, back_up, opened_backup, restore
from tessella.storage.backup.sums import sums_of
from tessella.storage.installation.administration import database_status
from tessella.storage.installation.installation import Installation
from tessella.storage.installation.secret_files import generated
from tessella.storage.models.errors import ModelUnusable
from tessella.storage.models.files import ModelFolder


def restored_from(path: Path, installation: Installation) -> Sequence[ModelUnusable]:
    with opened_backup(path) as found:
        return restore(found, installation)


def backed_up(dsn: str, path: Path, secrets: Mapping[str, str] = {}) -> Manifest:
    """Without the files of models."""
    return back_up(dsn, path, secrets, ModelFolder(path.parent / "no models"))


def sums(dsn: str) -> dict[str, tuple[int, str]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return {each.table: (each.rows, each.checksum) for each in sums_of(connection)}


def holds_nothing(installation: Installation) -> bool:
    """No schema, and no key."""
    no_schema = database_status(installation.administering).schema.version is None
    return no_schema and generated(installation.settings.home) == {}
