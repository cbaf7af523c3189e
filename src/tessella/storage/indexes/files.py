"""The files of ranking indexes."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import IO, Any, Final

import msgspec
import numpy as np

from tessella.domain.identifiers import Namespace, Pointer
from tessella.domain.ranking.index.index import RankingIndex
from tessella.storage.indexes.arrays import Array, arrays_of, record_of
from tessella.storage.indexes.errors import IndexGone
from tessella.storage.indexes.manifest import INDEX_MANIFESTS, Manifest
from tessella.storage.versions.folders import VersionFolders
from tessella.storage.versions.manifest import StoredFile, encoded
from tessella.storage.whole_files import reach_disk

#: Smaller arrays are read: each mapped file holds a descriptor for as long as it is mapped.
_MAPPED_BYTES: Final = 1024 * 1024


class IndexFolder(VersionFolders):
    """The ranking indexes among them."""

    def write(self, index: RankingIndex, manifest: Manifest) -> tuple[Manifest, str]:
        """Write an index; gives its manifest, with its files filled in, and the SHA-256 of that.

        It is written aside, reaches the disk, and gets its name at last. Raises `OSError`.
        """
        with self.aside(manifest.namespace, manifest.version) as folder:
            files = {at: _write(folder, number, at, array) for number, (at, array) in enumerate(arrays_of(index))}
            written = msgspec.structs.replace(manifest, arrays=files)
            content = encoded(written)
            self.put_in_place(manifest.namespace, manifest.version, content)
        return written, hashlib.sha256(content).hexdigest()

    def manifest(self, namespace: Namespace, version: str) -> Manifest:
        """What is told of a version. Raises `IndexUnusable`."""
        return INDEX_MANIFESTS.read(self.path(namespace, version), namespace)

    def load(self, namespace: Namespace, version: str, sha256: str | None = None) -> tuple[RankingIndex, Manifest]:
        """A version, once all of it was found to be as it was written; with `sha256`, only with that manifest.

        Its large arrays are mapped: they stay readable when the version is removed, and processes share them. Raises
        `IndexUnusable`.
        """
        folder, manifest = self.path(namespace, version), self.whole(namespace, version, sha256)
        try:
            arrays = {at: _read(folder / each.file) for at, each in manifest.arrays.items()}
        except FileNotFoundError as error:
            raise IndexGone(version) from error
        return record_of(RankingIndex, arrays, version=version, as_of=manifest.as_of), manifest

    def whole(self, namespace: Namespace, version: str, sha256: str | None = None) -> Manifest:
        """What is told of a version, once all of it was found to be as it was written. Raises `IndexUnusable`."""
        folder = self.path(namespace, version)
        manifest = INDEX_MANIFESTS.read(folder, namespace, sha256)
        try:
            INDEX_MANIFESTS.check_files(folder, manifest.arrays.values())
        except FileNotFoundError as error:
            raise IndexGone(version) from error
        return manifest


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


def _write(folder: Path, number: int, at: Pointer, array: Array) -> StoredFile:
    name = f"{number:03}-{re.sub(r'[^a-z0-9_]+', '-', at.rpartition('/')[2].lower())}.npy"
    with (folder / name).open("xb") as file:
        summed = _Summed(file)
        np.lib.format.write_array(summed, np.ascontiguousarray(array), allow_pickle=False)
        reach_disk(file)
    return StoredFile(name, summed.bytes, summed.sha256.hexdigest())


def _read(path: Path) -> Array:
    is_mapped = path.stat().st_size >= _MAPPED_BYTES
    # Not as numpy's class of mapped arrays: each part that is cut out of one would cost several times as much.
    array: Array = np.load(path, mmap_mode="r" if is_mapped else None, allow_pickle=False).view(np.ndarray)
    array.flags.writeable = False
    return array
