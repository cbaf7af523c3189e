"""Put the keys of a backup where an installation looks for its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tessella.storage.backup.errors import OtherKeys
from tessella.storage.installation.secret_files import keep


@contextmanager
def placed(home: Path, secrets: Mapping[str, str]) -> Iterator[None]:
    """The keys are in `home` before the block, and those that were not there are gone again when it fails.

    They come first: a database without its keys would get others. Raises `OtherKeys` before anything is written.
    """
    missing = [name for name, text in secrets.items() if not _is_there(home / name, text)]
    try:
        for name in missing:
            keep(home / name, secrets[name])
        yield
    except BaseException:
        for name in missing:
            (home / name).unlink(missing_ok=True)
        raise


def _is_there(path: Path, text: str) -> bool:
    if not path.exists():
        return False
    if path.read_text() != text:
        raise OtherKeys(path)
    return True
