"""Secrets in `TESSELLA_HOME`: made once, readable by their owner only."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from pydantic import SecretStr


def secret(home: Path, name: str, given: SecretStr | None) -> bytes:
    """The setting's value, or 32 random bytes that are made on first use and kept in `home`."""
    if given is not None:
        return given.get_secret_value().encode()
    path = home / name
    if not path.exists():
        keep(path, secrets.token_hex(32))
    return path.read_text().encode()


def keep(path: Path, text: str) -> None:
    """Write a private file whole. Where another process was first, its file stays."""
    aside = _aside(path, text)
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()


def replace_private(path: Path, text: str) -> None:
    """Write a private file whole, in place of the one before."""
    _aside(path, text).replace(path)


def _aside(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    return Path(aside)
