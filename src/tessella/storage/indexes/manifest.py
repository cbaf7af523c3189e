"""What is in the folder of an index, so that a part of one is never taken for the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from tessella.domain.identifiers import Instant, Json, Namespace, Pointer
from tessella.storage.indexes.errors import IndexGone, IndexOfAnother, IndexOfAnotherForm, IndexTorn

MANIFEST: Final = "manifest.json"
#: Another form of the files gets another number.
FORM: Final = 1


class ArrayFile(msgspec.Struct, frozen=True):
    """One array as a file."""

    file: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """The last file that is written."""

    namespace: Namespace
    version: str
    #: Events up to this moment are in it.
    as_of: Instant
    built_at: Instant
    #: PostgreSQL's snapshot in which the items were read, and the server whose snapshots can be compared with it.
    horizon: str
    server: str
    items: int
    #: What it was built with, as it is shown.
    settings: Mapping[str, Json]
    #: By their places in the index.
    arrays: Mapping[Pointer, ArrayFile]
    form: int = FORM

    def size(self) -> int:
        """The bytes of all arrays on the disk."""
        return sum(each.bytes for each in self.arrays.values())


class _Form(msgspec.Struct):
    form: int


def encoded(manifest: Manifest) -> bytes:
    """The content of the file."""
    return msgspec.json.format(msgspec.json.encode(manifest))


def read_manifest(folder: Path, namespace: Namespace, sha256: str | None = None) -> Manifest:
    """The manifest in the folder of a version; with `sha256`, only the one that has it.

    Raises `IndexGone`, `IndexTorn`, `IndexOfAnotherForm` and `IndexOfAnother`.
    """
    version = folder.name
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise IndexGone(version) from error
    manifest = _decoded(content, version)
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        raise IndexTorn(version, MANIFEST)
    if (manifest.namespace, manifest.version) != (namespace, version):
        raise IndexOfAnother(version, manifest.version, manifest.namespace)
    return manifest


def _decoded(content: bytes, version: str) -> Manifest:
    try:
        form = msgspec.json.decode(content, type=_Form).form
        if form != FORM:
            raise IndexOfAnotherForm(version, form, FORM)
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise IndexTorn(version, MANIFEST) from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises `IndexTorn` for a file that is not as it was written: sizes first, as that is quick."""
    for each in manifest.arrays.values():
        path = folder / each.file
        if not path.is_file() or path.stat().st_size != each.bytes:
            raise IndexTorn(manifest.version, each.file)
    for each in manifest.arrays.values():
        with (folder / each.file).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != each.sha256:
                raise IndexTorn(manifest.version, each.file)
