"""An installation of its own, used through the `tessella` command as a process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESSELLA = Path(sys.executable).with_name("tessella")


@dataclass(frozen=True)
class Installation:
    home: Path

    def environment(self) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if name not in ("DATABASE_URL", "DB_DSN")}
        own = {"TESSELLA_HOME": str(self.home), "COLUMNS": "80"}
        return {name: text for name, text in kept.items() if not name.startswith("TESSELLA_")} | own

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [TESSELLA, *arguments]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=True)

    @contextmanager
    def serving(self, *arguments: str) -> Iterator["Serving"]:
        command = [TESSELLA, *arguments, "--json"]
        process = subprocess.Popen(
            command, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            yield Serving(process)
        finally:
            process.kill()
            sys.stderr.write(process.communicate()[1])  # `tests/leaks.py` looks at it


@dataclass(frozen=True)
class Serving:
    """A server, and what it says on standard output: where it is, when it is ready."""

    process: subprocess.Popen[str]

    def says(self) -> dict[str, Any]:
        """The next JSON document."""
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        return json.loads("".join(lines))

    def terminate(self) -> int:
        """Ask it to end, and its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=30)
