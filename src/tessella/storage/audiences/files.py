"""The files of audiences. They are large and are written by another process: here they are only checked and synced."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from tessella.domain.audiences.tally import Tally
from tessella.domain.identifiers import Namespace
from tessella.domain.typed import decode
from tessella.storage.audiences.manifest import AUDIENCE_MANIFESTS, Manifest
from tessella.storage.versions.folders import VersionFolders
from tessella.storage.versions.manifest import StoredFile, encoded, sha256_of
from tessella.storage.whole_files import reach_disk

TALLY: Final = "tally.json"
#: What a calculation needs meanwhile; it goes before the folder gets its name.
SCRATCH: Final = "scratch"


class _Tally(msgspec.Struct, frozen=True):
    subjects: int
    members: list[int]
    first: list[int]
    both: list[list[int]]


class AudienceFolder(VersionFolders):
    """The calculated audiences among them."""

    def settle(self, folder: Path, tally: Tally, manifest: Manifest) -> tuple[Manifest, str]:
        """Make what was written aside a version; gives its manifest with its files, and the SHA-256 of that.

        Raises `OSError`.
        """
        shutil.rmtree(folder / SCRATCH)
        _write_tally(folder / TALLY, tally)
        files = tuple(_settled(path) for path in sorted(folder.iterdir()) if path.is_file())
        written = msgspec.structs.replace(manifest, files=files)
        content = encoded(written)
        self.put_in_place(manifest.namespace, manifest.version, content)
        return written, hashlib.sha256(content).hexdigest()

    def manifest(self, namespace: Namespace, version: str, sha256: str) -> Manifest:
        """What is told of a version whose files are as long as they were written. Raises `AudienceUnusable`.

        To read gigabytes for their digests would take longer than what they are read for: DuckDB checks what it reads.
        """
        folder = self.path(namespace, version)
        manifest = AUDIENCE_MANIFESTS.read(folder, namespace, sha256)
        AUDIENCE_MANIFESTS.check_sizes(folder, manifest.files)
        return manifest

    def check(self, namespace: Namespace, version: str) -> None:
        """Raises `AudienceUnusable` for a version that is to be built on, and of which a byte is not as written.

        Else a damage would go over into the next version, under a digest that is right for it.
        """
        folder = self.path(namespace, version)
        AUDIENCE_MANIFESTS.check_files(folder, AUDIENCE_MANIFESTS.read(folder, namespace).files)

    def tally(self, namespace: Namespace, version: str) -> Tally:
        """The counts of a version. Raises `AudienceUnusable`."""
        folder = self.path(namespace, version)
        manifest = AUDIENCE_MANIFESTS.read(folder, namespace)
        AUDIENCE_MANIFESTS.check_files(folder, [each for each in manifest.files if each.file == TALLY])
        read = decode((folder / TALLY).read_bytes(), _Tally)
        segments = len(read.members)
        return Tally(
            read.subjects, np.array(read.members, np.int64), np.array(read.first, np.int64),
            np.array(read.both, np.int64).reshape(segments, segments),
        )  # fmt: skip


def _write_tally(path: Path, tally: Tally) -> None:
    told = _Tally(tally.subjects, tally.members.tolist(), tally.first.tolist(), tally.both.tolist())
    path.write_bytes(msgspec.json.encode(told))


def _settled(path: Path) -> StoredFile:
    """A file that has reached the disk."""
    with path.open("rb+") as file:
        reach_disk(file)
    return StoredFile(path.name, path.stat().st_size, sha256_of(path))
