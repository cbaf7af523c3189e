"""The folders of ranking indexes: one a version, whole or not there, also after a crash."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

import msgspec
import numpy as np

from tessella.domain.identifiers import Namespace, Pointer
from tessella.domain.ranking.index.index import RankingIndex
from tessella.storage.indexes.arrays import Array, arrays_of, record_of
from tessella.storage.indexes.errors import IndexGone
from tessella.storage.indexes.manifest import MANIFEST, ArrayFile, Manifest, check_files, encoded, read_manifest
from tessella.storage.whole_files import reach_disk, reach_folder, replacing

#: Holds the version that was published last, for a start without the database.
_ACTIVE: Final = "active"
_ASIDE: Final = ".building-"
#: Smaller arrays are read: each mapped file holds a descriptor for as long as it is mapped.
_MAPPED_BYTES: Final = 1024 * 1024


class IndexFolder:
    """Every version of every namespace of one database. Several processes, of several machines, may use it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, index: RankingIndex, manifest: Manifest) -> tuple[Manifest, str]:
        """Write an index; gives its manifest, with its files filled in, and the SHA-256 of that.

        It is written aside, reaches the disk, and gets its name at last. Raises `OSError`.
        """
        with self._aside(manifest.namespace, manifest.version) as folder:
            files = {at: _write(folder, number, at, array) for number, (at, array) in enumerate(arrays_of(index))}
            written = msgspec.structs.replace(manifest, arrays=files)
            content = encoded(written)
            with replacing(folder / MANIFEST) as file:
                file.write(content)
            folder.rename(self._path(manifest.namespace, manifest.version))
        reach_folder(self._root / manifest.namespace)
        return written, hashlib.sha256(content).hexdigest()

    def manifest(self, namespace: Namespace, version: str) -> Manifest:
        """What is told of a version. Raises `IndexUnusable`."""
        return read_manifest(self._path(namespace, version), namespace)

    def load(self, namespace: Namespace, version: str, sha256: str | None = None) -> tuple[RankingIndex, Manifest]:
        """A version, once all of it was found to be as it was written; with `sha256`, only with that manifest.

        Its large arrays are mapped: they stay readable when the version is removed, and processes share them. Raises
        `IndexUnusable`.
        """
        folder, manifest = self._path(namespace, version), self.whole(namespace, version, sha256)
        try:
            arrays = {at: _read(folder / each.file) for at, each in manifest.arrays.items()}
        except FileNotFoundError as error:
            raise IndexGone(version) from error
        return record_of(RankingIndex, arrays, version=version, as_of=manifest.as_of), manifest

    def whole(self, namespace: Namespace, version: str, sha256: str | None = None) -> Manifest:
        """What is told of a version, once all of it was found to be as it was written. Raises `IndexUnusable`."""
        folder = self._path(namespace, version)
        manifest = read_manifest(folder, namespace, sha256)
        try:
            check_files(folder, manifest)
        except FileNotFoundError as error:
            raise IndexGone(version) from error
        return manifest

    def set_active(self, namespace: Namespace, version: str) -> None:
        """Remember which version was published last. Raises `OSError`."""
        with replacing(self._root / namespace / _ACTIVE) as file:
            file.write(version.encode())

    def active(self, namespace: Namespace) -> str | None:
        """The version that was published last, as far as the folder knows."""
        with suppress(OSError):
            return (self._root / namespace / _ACTIVE).read_text()
        return None

    def versions(self, namespace: Namespace) -> list[str]:
        """The versions that were written whole, the newest first, published or not."""
        found = [path.parent.name for path in (self._root / namespace).glob(f"*/{MANIFEST}")]
        return sorted((name for name in found if not name.startswith(_ASIDE)), reverse=True)

    def keep_only(self, namespace: Namespace, versions: Collection[str]) -> None:
        """Remove every other version, and what builds left behind that were killed. Only for who builds alone."""
        with suppress(FileNotFoundError):
            for folder in list((self._root / namespace).iterdir()):
                if folder.is_dir() and folder.name not in versions:
                    shutil.rmtree(folder)

    def _path(self, namespace: Namespace, version: str) -> Path:
        return self._root / namespace / version

    @contextmanager
    def _aside(self, namespace: Namespace, version: str) -> Iterator[Path]:
        """A folder that is gone after the block unless it was renamed."""
        folder = self._root / namespace / f"{_ASIDE}{version}"
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class _Summed:
    """A file that counts and digests what is written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.bytes = 0
        self.sha256 = hashlib.sha256()

    def write(self, content: Any) -> int:
        self.sha256.update(content)
        self.bytes += len(content)
        return self._file.write(content)


def _write(folder: Path, number: int, at: Pointer, array: Array) -> ArrayFile:
    name = f"{number:03}-{re.sub(r'[^a-z0-9_]+', '-', at.rpartition('/')[2].lower())}.npy"
    with (folder / name).open("xb") as file:
        summed = _Summed(file)
        np.lib.format.write_array(summed, np.ascontiguousarray(array), allow_pickle=False)
        reach_disk(file)
    return ArrayFile(name, summed.bytes, summed.sha256.hexdigest())


def _read(path: Path) -> Array:
    is_mapped = path.stat().st_size >= _MAPPED_BYTES
    # Not as numpy's class of mapped arrays: each part that is cut out of one would cost several times as much.
    array: Array = np.load(path, mmap_mode="r" if is_mapped else None, allow_pickle=False).view(np.ndarray)
    array.flags.writeable = False
    return array
