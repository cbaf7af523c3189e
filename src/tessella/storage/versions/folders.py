"""A folder a version, whole or not there, also after a crash."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tessella.storage.versions.manifest import MANIFEST
from tessella.storage.whole_files import reach_folder, replacing

#: Holds the version that was published last, for a start without the database.
_ACTIVE: Final = "active"
_ASIDE: Final = ".building-"


class VersionFolders:
    """Every version of every namespace, or of each model of one. Several processes, of several machines, may use it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, owner: str, version: str) -> Path:
        """The folder of a version that is whole."""
        return self._root / owner / version

    @contextmanager
    def aside(self, owner: str, version: str) -> Iterator[Path]:
        """A folder to write a version in. It is gone after the block unless it was put in its place."""
        folder = self._root / owner / f"{_ASIDE}{version}"
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put_in_place(self, owner: str, version: str, manifest: bytes) -> None:
        """Give the folder that was written aside its name, with its manifest as the last file. Raises `OSError`."""
        folder = self._root / owner / f"{_ASIDE}{version}"
        with replacing(folder / MANIFEST) as file:
            file.write(manifest)
        folder.rename(self.path(owner, version))
        reach_folder(folder.parent)

    def set_active(self, owner: str, version: str) -> None:
        """Remember which version was published last. Raises `OSError`."""
        with replacing(self._root / owner / _ACTIVE) as file:
            file.write(version.encode())

    def active(self, owner: str) -> str | None:
        """The version that was published last, as far as the folder knows."""
        with suppress(OSError):
            return (self._root / owner / _ACTIVE).read_text()
        return None

    def versions(self, owner: str) -> list[str]:
        """The versions that were written whole, the newest first, published or not."""
        found = [path.parent.name for path in (self._root / owner).glob(f"*/{MANIFEST}")]
        return sorted((name for name in found if not name.startswith(_ASIDE)), reverse=True)

    def keep_only(self, owner: str, versions: Collection[str]) -> None:
        """Remove every other version, and what builds left behind that were killed. Only for who builds alone."""
        with suppress(FileNotFoundError):
            for folder in list((self._root / owner).iterdir()):
                if folder.is_dir() and folder.name not in versions:
                    shutil.rmtree(folder)
