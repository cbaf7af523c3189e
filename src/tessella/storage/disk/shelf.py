"""The folder of kept snapshots. Several processes may write to it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from tessella.domain.identifiers import NAMESPACE_PATTERN, Namespace
from tessella.logs import get_logger
from tessella.storage.disk.errors import KeptUnusable
from tessella.storage.disk.kept import Kept, KeptHead, KeptNamespace, opened, sealed
from tessella.storage.embedded.errors import LockHeldTooLong
from tessella.storage.embedded.locks import alone
from tessella.storage.figures import ShelfFigures
from tessella.storage.whole_files import replacing

FOLDER: Final = "snapshots"
_LOCK_SECONDS: Final = 1.0
_SUFFIX: Final = ".snapshot"
_LOG: Final = get_logger(__name__)


class Shelf:
    """One file a namespace, private to its owner."""

    def __init__(self, home: Path, key: bytes, database: str) -> None:
        self._folder = home / FOLDER
        self._key = key
        #: The database whose snapshots these are.
        self.database = database
        self._refused: dict[Namespace, str] = {}
        self._failure = ""
        self._refusals = 0
        self._failures = 0

    def figures(self) -> ShelfFigures:
        """How it is doing; reads no file."""
        return ShelfFigures(self._failure, dict(self._refused), self._failures, self._refusals)

    def has(self, namespace: Namespace) -> bool:
        """Whether there is a file of the namespace."""
        return self._path(namespace).exists()

    def namespaces(self) -> list[Namespace]:
        """Those that are kept, the one that was written last first."""
        paths = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
        names = [path.name.removesuffix(_SUFFIX) for path in paths]
        return [Namespace(name) for name in names if NAMESPACE_PATTERN.fullmatch(name)]

    def load(self, namespace: Namespace) -> KeptNamespace:
        """What is kept of a namespace. Raises `KeptUnusable`, which is logged and counted."""
        try:
            kept = self._read(namespace, KeptNamespace)
            if kept.database != self.database:
                raise KeptUnusable(namespace, "it is of another database")
        except KeptUnusable as error:
            self.refuse(error)
            raise
        return kept

    def refuse(self, error: KeptUnusable) -> None:
        """Note a file that cannot be used."""
        self._refusals += 1
        self._refused[Namespace(error.namespace)] = error.reason
        _LOG.error("kept_snapshot_refused", namespace=error.namespace, reason=error.reason)

    def keep(self, kept: KeptNamespace) -> bool:
        """Write what is newer than the file; whether the file now says at least as much.

        A file is never replaced by an older one. When the disk is full, the file before stays.
        """
        try:
            self._write(kept)
        except (OSError, LockHeldTooLong) as error:
            self._failures += 1
            self._failure = str(error)
            _LOG.error("snapshot_not_kept", namespace=kept.namespace, reason=self._failure)
            return False
        self._failure = ""
        self._refused.pop(kept.namespace, None)
        return True

    def _write(self, kept: KeptNamespace) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(self._folder / ".lock", patience_seconds=_LOCK_SECONDS):
            newest = self._newest(kept)
            if newest is not None:
                with replacing(self._path(kept.namespace)) as file:
                    file.write(sealed(newest, self._key))

    def _newest(self, kept: KeptNamespace) -> KeptNamespace | None:
        """What the file is to hold; None when it may stay as it is."""
        try:
            head = self._read(kept.namespace, KeptHead)
            if head.covers(kept):
                return None
            if not head.is_of_server_of(kept):
                return kept
            newest = self._read(kept.namespace, KeptNamespace) if head.supersedes(kept) else kept
        except KeptUnusable:
            return kept
        merged = newest.with_newest_ring(head, kept)
        return None if head.covers(merged) else merged

    def _read(self, namespace: Namespace, wanted: type[Kept]) -> Kept:
        try:
            content = self._path(namespace).read_bytes()
        except OSError as error:
            raise KeptUnusable(namespace, f"{error.strerror}".lower()) from error
        return opened(content, namespace, self._key, wanted)

    def _path(self, namespace: Namespace) -> Path:
        return self._folder / f"{namespace}{_SUFFIX}"


def are_kept(home: Path) -> bool:
    """Whether any namespace is kept in `home`."""
    return any((home / FOLDER).glob(f"*{_SUFFIX}"))


def forget_kept(home: Path) -> None:
    """Take away what is kept of a database that is not there any more: it could say more than the one that is."""
    for path in (home / FOLDER).glob(f"*{_SUFFIX}"):
        path.unlink()


def database_of(dsn: str) -> str:
    """Which database a connection string leads to, whoever connects."""
    parts = conninfo_to_dict(dsn)
    return " ".join(f"{name}={parts[name]}" for name in ("host", "hostaddr", "port", "dbname") if parts.get(name))
