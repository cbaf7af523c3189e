"""The files of models: a backup has every version, as no training makes the same one again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from psycopg import Connection

from tessella.domain.identifiers import DEFINITION_PATTERN, NAMESPACE_PATTERN, Namespace
from tessella.storage.backup.errors import OtherModel
from tessella.storage.backup.manifest import MODELS
from tessella.storage.models.errors import ModelUnusable, not_written
from tessella.storage.models.files import ModelFolder

if TYPE_CHECKING:
    from tessella.storage.backup.archive import Backup, Writer

_ARE_THERE: Final = "SELECT to_regclass('tessella.models') IS NOT NULL"
_VERSIONS: Final = """
SELECT namespace, model_id, version, manifest_sha256 FROM tessella.models ORDER BY namespace, model_id, version
"""
_VERSION: Final = re.compile(rf"({NAMESPACE_PATTERN.pattern})/({DEFINITION_PATTERN.pattern})/([1-9][0-9]{{0,18}})")


def add_models(archive: Writer, connection: Connection[Any], folder: ModelFolder) -> Iterator[str]:
    """Put them all into the archive; gives what is wrong with those that are not whole, and are left out.

    A version is never changed, so its files are those of any moment.
    """
    if connection.execute(_ARE_THERE).fetchone() != (True,):  # of an older schema
        return
    for namespace, model_id, version, sha256 in connection.execute(_VERSIONS).fetchall():
        try:
            folder.check(namespace, model_id, version, sha256)
        except ModelUnusable as fault:
            yield f'Namespace "{namespace}": {fault.message}'
            continue
        for path in sorted(folder.path(namespace, model_id, version).iterdir()):
            with path.open("rb") as file:
                archive.add(f"{MODELS}{namespace}/{model_id}/{version}/{path.name}", file)


def is_version(name: str) -> bool:
    """Whether it is the folder of a version, and leads nowhere else.

    >>> [is_version(each) for each in ("shop/churn/3", "../churn/3", "shop/churn")]
    [True, False, False]
    """
    return _VERSION.fullmatch(name) is not None


@contextmanager
def models_placed(backup: Backup, folder: ModelFolder) -> Iterator[None]:
    """The models are in the folder before the block, and those that were not there are gone again when it fails.

    Raises `OtherModel` and `ModelNotWritten`.
    """
    placed: list[tuple[Namespace, str, int]] = []
    try:
        for name in backup.manifest.models:
            if _place(backup, name, folder):
                placed.append(_read(name))
        yield
    except BaseException:
        for each in placed:
            folder.remove(*each)
        raise


def _place(backup: Backup, name: str, folder: ModelFolder) -> bool:
    """Whether it was not there. Models come before the database: no row is to tell of one that is not."""
    version, files = _read(name), backup.model(name)
    path = folder.path(*version)
    if path.exists():
        if {each.name: each.read_bytes() for each in path.iterdir()} != files:
            raise OtherModel(path)
        return False
    try:
        folder.put_back(*version, files)
    except OSError as error:
        raise not_written(error) from error
    return True


def _read(name: str) -> tuple[Namespace, str, int]:
    namespace, model_id, version = name.split("/")
    return Namespace(namespace), model_id, int(version)
