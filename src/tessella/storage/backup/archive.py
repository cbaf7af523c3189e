"""The archive of a backup: written from beginning to end, and read only when it is whole."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import msgspec

from tessella.storage.backup.errors import BackupExists, BackupNotWritten, NoWholeBackup
from tessella.storage.backup.manifest import FORMAT, MODELS, SECRETS, Manifest, read_manifest
from tessella.storage.backup.models import is_version
from tessella.storage.versions.manifest import MANIFEST
from tessella.storage.whole_files import replacing

_MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
_PIECE: Final = 1 << 20


class Writer:
    """Adds files to a new archive and remembers their digests. The manifest comes last."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.digests: dict[str, str] = {}

    def add(self, name: str, source: IO[bytes]) -> None:
        """Copy all of `source`."""
        with self._archive.open(name, "w", force_zip64=True) as target:
            self.digests[name] = _digest(source, target.write)

    def finish(self, manifest: Manifest) -> None:
        """Say what is in it."""
        self._archive.writestr(_MANIFEST, manifest.to_json())


@contextmanager
def new_archive(path: Path) -> Iterator[Writer]:
    """An archive that appears at `path`, for its owner only, when the block ends well and it is on the disk.

    Raises `BackupExists` and `BackupNotWritten`.
    """
    if path.exists():
        raise BackupExists(path)
    try:
        with replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
            yield Writer(archive)
    except OSError as error:
        raise BackupNotWritten(path, error.strerror or str(error)) from error


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was found whole."""

    path: Path
    manifest: Manifest
    _archive: zipfile.ZipFile

    def dump(self) -> IO[bytes]:
        """The dump of the database, to be read once and closed."""
        return self._archive.open(DUMP)

    def secrets(self) -> Mapping[str, str]:
        """The generated keys by their file's name; none when they were left out."""
        return {name: self._archive.read(f"{SECRETS}{name}").decode() for name in self.manifest.keys}

    def model(self, folder: str) -> Mapping[str, bytes]:
        """The files of one of the models by name, its manifest among them."""
        inside = f"{MODELS}{folder}/"
        names = [name for name in self.manifest.files if name.startswith(inside)]
        return {name.removeprefix(inside): self._archive.read(name) for name in names}


@contextmanager
def opened_backup(path: Path) -> Iterator[Backup]:
    """A backup whose every byte has been looked at. Raises `NoWholeBackup`."""
    with _refusals(path), zipfile.ZipFile(path) as archive:
        manifest = read_manifest(archive.read(_MANIFEST))
        _verify(path, manifest, archive)
    with zipfile.ZipFile(path) as archive:
        yield Backup(path, manifest, archive)


def _verify(path: Path, manifest: Manifest, archive: zipfile.ZipFile) -> None:
    if manifest.format != FORMAT:
        raise NoWholeBackup(path, f"it is of format {manifest.format}, and this Tessella reads format {FORMAT}")
    _check_names(path, manifest)
    for name, expected in manifest.files.items():
        with archive.open(name) as file:
            if _digest(file) != expected:
                raise NoWholeBackup(path, f"{name} was changed")


def _check_names(path: Path, manifest: Manifest) -> None:
    if DUMP not in manifest.files:
        raise NoWholeBackup(path, f"its manifest does not name {DUMP}")
    for name in manifest.keys:
        if Path(name).name != name:  # it would be written outside of the installation
            raise NoWholeBackup(path, f'its manifest names a key "{name}"')
    for name in manifest.models:
        if not is_version(name) or f"{MODELS}{name}/{MANIFEST}" not in manifest.files:  # likewise
            raise NoWholeBackup(path, f'its manifest names a model "{name}"')


def _digest(file: IO[bytes], also: Callable[[bytes], object] = len) -> str:
    """SHA-256 of all that is left to read, each piece of which is given to `also` too."""
    seen = hashlib.sha256()
    while piece := file.read(_PIECE):
        seen.update(piece)
        also(piece)
    return seen.hexdigest()


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NoWholeBackup(path, error.strerror or str(error)) from error
    except KeyError as error:
        raise NoWholeBackup(path, f"a file is missing in it: {error.args[0]}") from error
    except (zipfile.BadZipFile, EOFError) as error:
        raise NoWholeBackup(path, f"it was cut or changed: {error}") from error
    except msgspec.MsgspecError as error:
        raise NoWholeBackup(path, f"its manifest cannot be read: {error}") from error
