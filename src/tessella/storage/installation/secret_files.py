"""Secrets in `TESSELLA_HOME`: made once, readable by their owner only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from tessella.storage.whole_files import replacing, write_first

#: Every key that may be generated. A backup holds those that are, since stored keys, pseudonyms and hashes need them.
GENERATED: Final = ("key_pepper", "pseudonym_key", "audit_key", "snapshot_key", "encryption_key")
#: The password of the serving role on your own PostgreSQL. It belongs to that server, so no backup holds it.
CREDENTIAL: Final = "database_credential.json"


def secret(home: Path, name: str, given: SecretStr | None) -> bytes:
    """The setting's value, or 32 random bytes that are made on first use and kept in `home`."""
    if given is not None:
        return given.get_secret_value().encode()
    assert name in GENERATED, "a backup has to hold it"
    path = home / name
    if not path.exists():
        keep(path, secrets.token_hex(32))
    return path.read_text().encode()


def generated(home: Path) -> Mapping[str, str]:
    """The keys that were generated in `home`, by name."""
    return {name: (home / name).read_text() for name in GENERATED if (home / name).exists()}


def open_to_others(home: Path) -> list[Path]:
    """The files with secrets in `home` that others than their owner may read or write."""
    private = [home / name for name in (*GENERATED, CREDENTIAL)]
    return [path for path in private if path.exists() and path.stat().st_mode & 0o077]


def keep(path: Path, text: str) -> None:
    """Write a private file whole. Where another process was first, its file stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_first(path, text.encode())


def replace_private(path: Path, text: str) -> None:
    """Write a private file whole, in place of the one before."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(text.encode())
