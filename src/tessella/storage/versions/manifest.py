"""What is in the folder of a version, so that a part of one is never taken for the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Namespace
from tessella.domain.typed import decode

MANIFEST: Final = "manifest.json"


class StoredFile(msgspec.Struct, frozen=True):
    """One file of a version."""

    file: str
    bytes: int
    sha256: str


class Head(msgspec.Struct, frozen=True):
    """What every manifest begins with."""

    namespace: Namespace
    version: str


class _Form(msgspec.Struct):
    form: int


AnyManifest = TypeVar("AnyManifest", bound=Head)


@dataclass(frozen=True, slots=True)
class ManifestKind(Generic[AnyManifest]):
    """The manifests of one kind of version, and the errors that say what is wrong with one."""

    manifest: type[AnyManifest]
    #: Another form of the files gets another number.
    form: int
    #: For a version; a version and a file; a version and two forms; a version, and the version and namespace it names.
    gone: Callable[[str], TessellaError]
    torn: Callable[[str, str], TessellaError]
    of_another_form: Callable[[str, int, int], TessellaError]
    of_another: Callable[[str, str, str], TessellaError]

    def read(self, folder: Path, namespace: Namespace, sha256: str | None = None) -> AnyManifest:
        """The manifest in the folder of a version; with `sha256`, only the one that has it. Raises its errors."""
        version = folder.name
        try:
            content = (folder / MANIFEST).read_bytes()
        except OSError as error:
            raise self.gone(version) from error
        manifest = self._decoded(content, version)
        if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
            raise self.torn(version, MANIFEST)
        if (manifest.namespace, manifest.version) != (namespace, version):
            raise self.of_another(version, manifest.version, manifest.namespace)
        return manifest

    def check_sizes(self, folder: Path, files: Iterable[StoredFile]) -> None:
        """Raises `torn` for a file that is not there, or is shorter or longer than it was written: that is quick."""
        for each in files:
            path = folder / each.file
            if not path.is_file() or path.stat().st_size != each.bytes:
                raise self.torn(folder.name, each.file)

    def check_files(self, folder: Path, files: Iterable[StoredFile]) -> None:
        """Raises `torn` for a file that is not as it was written, or cannot be read."""
        listed = list(files)
        self.check_sizes(folder, listed)
        for each in listed:
            if self._sha256(folder, each.file) != each.sha256:
                raise self.torn(folder.name, each.file)

    def _sha256(self, folder: Path, file: str) -> str:
        try:
            return sha256_of(folder / file)
        except OSError as error:
            raise self.torn(folder.name, file) from error

    def _decoded(self, content: bytes, version: str) -> AnyManifest:
        try:
            form = decode(content, _Form).form
            if form != self.form:
                raise self.of_another_form(version, form, self.form)
            return decode(content, self.manifest)
        except msgspec.DecodeError as error:
            raise self.torn(version, MANIFEST) from error


def encoded(manifest: Head) -> bytes:
    """The content of the file."""
    return msgspec.json.format(msgspec.json.encode(manifest))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
