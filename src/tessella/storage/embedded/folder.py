"""Is the folder ours? Everything is looked at before anything in it is touched."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tessella.storage.embedded.accounts import owner_name, server_account
from tessella.storage.embedded.binaries import MAJOR_VERSION
from tessella.storage.embedded.errors import ForeignFolder, OtherMajorVersion, OwnedByAnother, UnreadableFolder
from tessella.storage.embedded.layout import Layout

_RECORD = {"made_by": "tessella", "postgresql": MAJOR_VERSION}


def claim(layout: Layout) -> None:
    """Make the folder of the embedded server where there is none.

    Raises:
        EmbeddedServerError: the folder is there and is not ours; it is left as it was.
    """
    with _refusals(layout.folder):
        inspect(layout)
        layout.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not layout.folder.exists():
            _make(layout)


def inspect(layout: Layout) -> None:
    """Refuse a folder that is not ours, cannot be read, or holds another PostgreSQL's data. Absent is fine."""
    with _refusals(layout.folder):
        if layout.home.exists() and not layout.home.is_dir():
            raise UnreadableFolder(layout.home, "it is not a folder")
        if (layout.home / "PG_VERSION").exists():
            raise ForeignFolder(layout.home)
        if layout.folder.exists():
            _refuse_owner(layout.folder, os.geteuid())
            _refuse_version(layout.folder, _recorded_version(layout))
        if layout.data.exists():
            _refuse_owner(layout.data, server_account(layout.data).uid)
            _refuse_version(layout.data, _version_of(layout.data))


def _make(layout: Layout) -> None:
    """The folder appears with its record in it or not at all, whoever else is making it."""
    aside = Path(tempfile.mkdtemp(dir=layout.home, prefix="postgres.unfinished-"))
    (aside / layout.record.name).write_text(json.dumps(_RECORD))
    try:
        aside.rename(layout.folder)
    except OSError:
        (aside / layout.record.name).unlink()
        aside.rmdir()
        inspect(layout)


def _recorded_version(layout: Layout) -> str:
    try:
        record = json.loads(layout.record.read_text())
    except (FileNotFoundError, ValueError):
        raise ForeignFolder(layout.folder) from None
    if not isinstance(record, dict) or record.get("made_by") != _RECORD["made_by"]:
        raise ForeignFolder(layout.folder)
    return str(record.get("postgresql"))


def _version_of(data: Path) -> str:
    try:
        return (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise ForeignFolder(data) from None


def _refuse_owner(path: Path, uid: int) -> None:
    if path.stat().st_uid != uid:
        raise OwnedByAnother(path, owner_name(path))


def _refuse_version(path: Path, found: str) -> None:
    if found != str(MAJOR_VERSION):
        raise OtherMajorVersion(path, found, MAJOR_VERSION)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Say of every failure of the file system which path failed and why."""
    try:
        yield
    except OSError as error:
        raise UnreadableFolder(Path(error.filename or path), error.strerror or str(error)) from error
