"""A namespace's files that may hold rows of subjects, and how the manifests beside them are kept true."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from tessella.domain.audiences.layout import BASE, DELTA, SUBJECT
from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.domain.predictions.segment.members import CUSTOMER
from tessella.domain.predictions.segment.told import ScoredSegment
from tessella.domain.typed import decoder
from tessella.ports.session.privacy import PersonalFile, PersonalForm
from tessella.storage.audiences.manifest import AUDIENCE_MANIFESTS
from tessella.storage.connections.connecting import Connection
from tessella.storage.predictions.scores import ScoreFolder
from tessella.storage.privacy.store import PrivacyStore
from tessella.storage.versions.folders import VersionFolders
from tessella.storage.versions.manifest import MANIFEST, StoredFile, encoded, sha256_of
from tessella.storage.whole_files import reach_disk, reach_folder, replacing

#: How DuckDB and we begin a Parquet file.
_PARQUET: Final = b"PAR1"
#: An export while it is written: as `written_aside` of the warehouse names it.
_HALF: Final = re.compile(r"\..*\.[0-9a-f]{32}\.partial", re.DOTALL)
_ABANDONED_US: Final = 3_600_000_000
_SCORED: Final = decoder(ScoredSegment)
_SAY: Final = """
UPDATE tessella.audience_calculations SET manifest_sha256 = %s, bytes = %s
 WHERE namespace = %s AND version = %s AND state IN ('active', 'superseded')
"""


def personal_files(store: PrivacyStore, namespace: Namespace) -> list[PersonalFile]:
    """All of them that are there now."""
    return [
        *_parquet(store.audiences, namespace, (BASE, DELTA), SUBJECT),
        *_parquet(store.scores, namespace, ("*.parquet",), CUSTOMER),
        *_exports(store, namespace),
    ]


def replace_file(file: PersonalFile, written: Path) -> None:
    """Put what was written beside it in its place. Raises `OSError`."""
    with written.open("rb+") as opened:
        reach_disk(opened)
    written.chmod(file.path.stat().st_mode & 0o777)
    written.replace(file.path)
    reach_folder(file.path.parent)


async def mend_audiences(connection: Connection, store: PrivacyStore, namespace: Namespace) -> None:
    """Have each manifest, and what the database knows of it, say what the files are now."""
    for version in store.audiences.versions(namespace):
        folder = store.audiences.path(namespace, version)
        manifest = AUDIENCE_MANIFESTS.read(folder, namespace)
        files = tuple(_now(folder, each) for each in manifest.files)
        mended = msgspec.structs.replace(manifest, files=files)
        content = encoded(mended)
        if files != manifest.files:
            _write(folder / MANIFEST, content)
        told = [hashlib.sha256(content).hexdigest(), mended.size(), namespace, version]
        await connection.execute(_SAY, told)


def mend_scores(scores: ScoreFolder, namespace: Namespace, subject_id: SubjectId) -> None:
    """Have no result say of a subject that nothing could be told of them."""
    for run_id in scores.versions(namespace):
        path = scores.path(namespace, run_id) / MANIFEST
        told = _SCORED.decode(path.read_bytes())
        failed = tuple(each for each in told.first_failed if each != subject_id)
        if failed != told.first_failed:
            _write(path, msgspec.json.encode(msgspec.structs.replace(told, first_failed=failed)))


def _parquet(
    folders: VersionFolders, namespace: Namespace, patterns: tuple[str, ...], column: str
) -> Iterator[PersonalFile]:
    for version in folders.versions(namespace):
        for pattern in patterns:
            for path in sorted(folders.path(namespace, version).glob(pattern)):
                yield PersonalFile(path, PersonalForm.PARQUET, column)


def exports_under_way(store: PrivacyStore, namespace: Namespace, now: Instant) -> set[Path]:
    """Exports that are being written. Half a file that nobody has written to for an hour is removed."""
    found = set()
    for path in _files(store, namespace):
        if _HALF.fullmatch(path.name):
            with suppress(FileNotFoundError):  # it is whole now
                if now - path.stat().st_mtime_ns // 1000 < _ABANDONED_US:
                    found.add(path)
                else:
                    path.unlink()
    return found


def _exports(store: PrivacyStore, namespace: Namespace) -> Iterator[PersonalFile]:
    """Files may have any name: what they begin with tells their form. Half a file is left to who writes it."""
    for path in _files(store, namespace):
        if not _HALF.fullmatch(path.name):
            with path.open("rb") as file:
                form = PersonalForm.PARQUET if file.read(len(_PARQUET)) == _PARQUET else PersonalForm.CSV
            yield PersonalFile(path, form, SUBJECT)


def _files(store: PrivacyStore, namespace: Namespace) -> Iterator[Path]:
    for folder in store.exports(namespace).folders:
        yield from sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())


def _now(folder: Path, stored: StoredFile) -> StoredFile:
    path = folder / stored.file
    return StoredFile(stored.file, path.stat().st_size, sha256_of(path))


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as file:
        file.write(content)
