"""The folders of models: `<root>/<namespace>/<model>/<version>`, and placeholders beside the namespaces."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tessella.domain.identifiers import Namespace
from tessella.domain.predictions.manifest import Manifest, encoded
from tessella.domain.predictions.manifest_checks import read_manifest
from tessella.ports.models import LoadedModel, ModelFiles
from tessella.storage.models.errors import PLACEHOLDER, ModelGone, ModelSpoilt, ModelTorn, not_written, spoilt
from tessella.storage.versions.folders import VersionFolders
from tessella.storage.versions.manifest import MANIFEST, sha256_of
from tessella.storage.whole_files import reach_disk, replacing

#: Raises what is wrong with the files of a model in a folder.
Check = Callable[[Path, Manifest], object]


class ModelFolder:
    """Every version of every model of one database. Several processes, of several machines, may use it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, namespace: Namespace, model_id: str, version: int) -> Path:
        """The folder of a version that is whole."""
        return self._of(namespace).path(model_id, str(version))

    def write(self, namespace: Namespace, manifest: Manifest, files: Mapping[str, bytes], check: Check) -> str:
        """Write a version, check it where it lies, and give it its name at last; gives the SHA-256 of its manifest.

        Raises `OSError`, and what `check` raises: nothing is left then.
        """
        folders, version, content = self._of(namespace), str(manifest.version), encoded(manifest)
        with folders.aside(manifest.model_id, version) as aside:
            for part in manifest.parts:
                _write(aside / part.file, files[part.file])
            check(aside, manifest)
            folders.put_in_place(manifest.model_id, version, content)
        return hashlib.sha256(content).hexdigest()

    def put_back(self, namespace: Namespace, model_id: str, version: int, files: Mapping[str, bytes]) -> None:
        """Write a version that was written before, as a backup has it: its files, the manifest among them.

        Raises `OSError`; nothing is left then.
        """
        folders, number = self._of(namespace), str(version)
        with folders.aside(model_id, number) as aside:
            for name in files.keys() - {MANIFEST}:
                _write(aside / name, files[name])
            folders.put_in_place(model_id, number, files[MANIFEST])

    def remove(self, namespace: Namespace, model_id: str, version: int) -> None:
        """Take a version away."""
        shutil.rmtree(self.path(namespace, model_id, version), ignore_errors=True)

    def manifest(self, namespace: Namespace, model_id: str, version: int, sha256: str) -> Manifest:
        """What a version says of itself, once it is as it was written. Raises `ModelUnusable`."""
        try:
            content = (self.path(namespace, model_id, version) / MANIFEST).read_bytes()
        except OSError as error:
            raise ModelGone(model_id, version) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ModelTorn(model_id, version)
        with spoilt(model_id, version):
            return read_manifest(content)

    def load(self, namespace: Namespace, model_id: str, version: int, sha256: str, files: ModelFiles) -> LoadedModel:
        """A version in memory. Raises `ModelUnusable`."""
        manifest = self.manifest(namespace, model_id, version, sha256)
        with spoilt(model_id, version):
            return files.load(self.path(namespace, model_id, version), manifest)

    def placeholder(self, model_id: str, files: ModelFiles) -> LoadedModel | None:
        """The placeholder of that name in memory; None where there is none. Raises `ModelUnusable`."""
        with spoilt(model_id, PLACEHOLDER):
            return files.placeholder(self.root, model_id)

    def check(self, namespace: Namespace, model_id: str, version: int, sha256: str) -> None:
        """Raises `ModelUnusable` for a version whose files are not as they were written. None of them is loaded."""
        folder = self.path(namespace, model_id, version)
        for part in self.manifest(namespace, model_id, version, sha256).parts:
            path = folder / part.file
            if not path.is_file() or sha256_of(path) != part.sha256:
                raise ModelSpoilt(model_id, version, f"{part.file} is not as it was written")

    def keep_only(self, namespace: Namespace, model_id: str, versions: Iterable[int]) -> None:
        """Remove what is left of versions that came to nothing. Only for who adds to the model alone."""
        self._of(namespace).keep_only(model_id, {str(version) for version in versions})

    def write_placeholders(self, files: Iterable[tuple[str, bytes]]) -> list[Path]:
        """Write files beside the namespaces; those of the same name are replaced. Raises `ModelNotWritten`."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            return [self._put(name, content) for name, content in files]
        except OSError as error:
            raise not_written(error) from error

    def _put(self, name: str, content: bytes) -> Path:
        with replacing(self.root / name) as file:
            file.write(content)
        return self.root / name

    def _of(self, namespace: Namespace) -> VersionFolders:
        return VersionFolders(self.root / namespace)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        reach_disk(file)
