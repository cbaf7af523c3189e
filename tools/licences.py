"""Which packages the product is made of, and under which licences: from the locks, and what is installed."""

import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES_LOCK = ROOT / "admin" / "package-lock.json"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)", re.MULTILINE)
#: How older packages write what SPDX has a name for.
_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_SPDX_TEXT = re.compile(r"[A-Za-z0-9.-]+")


@dataclass(frozen=True)
class Package:
    """One package that is shipped or installed with the product."""

    name: str
    version: str
    #: An SPDX expression; empty when it is not installed here, or says none.
    licence: str
    #: `pypi` or `npm`.
    registry: str
    #: As the lock of npm has it, such as sha512-...; empty for Python.
    integrity: str = ""


def python_packages(lock: Path) -> list[Package]:
    """Those of a lock, each once."""
    pinned = dict(_PINNED.findall(lock.read_text(encoding="utf-8")))
    return [Package(name, version, _licence(name), "pypi") for name, version in sorted(pinned.items())]


def page_packages() -> list[Package]:
    """Those that the admin app's pages are built of."""
    locked = json.loads(PAGES_LOCK.read_text(encoding="utf-8"))["packages"]
    found = {
        Package(path.rpartition("node_modules/")[2], each["version"], each["license"], "npm", each["integrity"])
        for path, each in locked.items()
        if path and not each.get("dev") and not each.get("optional")
    }
    return sorted(found, key=lambda each: (each.name, each.version))


def _licence(name: str) -> str:
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or () if each.startswith("License")]
    written = [text for text in (told.get("License") or "", *classified) if text in _SPDX or _SPDX_TEXT.fullmatch(text)]
    return _SPDX.get(written[0], written[0]) if written else ""
