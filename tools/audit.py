"""Ask which locked packages have known vulnerabilities: `python -m tools.audit [LOCK ...]`, with no LOCK of what runs.

A service that cannot be reached is said and is no failure: nobody's build should stand still because it is away.
`TESSELLA_AUDIT_URL` names another service of OSV's protocol than osv.dev's.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVICE = "https://api.osv.dev/v1/query"
SECONDS = 10
#: What runs in production, with what trains models.
SHIPPED = ("runtime", "train")


@dataclass(frozen=True)
class Advisory:
    """One known vulnerability of one locked package."""

    package: str
    version: str
    name: str
    #: Releases without it; empty when there is none.
    fixed: tuple[str, ...]

    def line(self) -> str:
        """As it is told."""
        return f"{self.package} {self.version}: {self.name}, fixed in {', '.join(self.fixed) or 'no release yet'}"


class NotReached(Exception):
    """The service did not answer."""


def advisories(lock: Path) -> list[Advisory]:
    """Those of the packages of a lock, one each. Raises `NotReached`."""
    service = os.environ.get("TESSELLA_AUDIT_URL", SERVICE)
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", str(lock)]
    command += ["-s", "osv", "--osv-url", service, "--timeout", str(SECONDS), "-f", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        raise NotReached(done.stderr.strip().rpartition("\n")[2][:300]) from None
    told = [
        Advisory(each["name"], each["version"], advisory["id"], tuple(advisory["fix_versions"]))
        for each in found["dependencies"]
        for advisory in each.get("vulns", ())
    ]
    return list(dict.fromkeys(told))  # a package that two platforms lock is asked about twice


def main(*names: str) -> int:
    """Print what is known; 1 when there is something."""
    found: list[Advisory] = []
    for name in names or SHIPPED:
        try:
            of_lock = advisories(ROOT / "requirements" / f"{name}.lock")
        except NotReached as error:
            print(f"{name}: not audited, the service cannot be reached ({error}).")
            continue
        print(f"{name}: {len(of_lock)} known vulnerabilities.")
        found += of_lock
    for each in dict.fromkeys(found):
        print(f"  {each.line()}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
