"""`tessella serve` as a user runs it, and its processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil

TESSELLA: Final = Path(sys.executable).with_name("tessella")
_GOODBYE_SECONDS: Final = 30.0


class Server:
    """One running server."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def processes(self) -> list[psutil.Process]:
        """The supervisor and all that it started."""
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def workers(self) -> list[psutil.Process]:
        """Those that answer."""
        return [each for each in self.processes() if _runs(each, "tessella.http")]

    def jobs_worker(self) -> psutil.Process:
        """The one that runs jobs."""
        (found,) = [each for each in self.processes() if _runs(each, "tessella.cli.jobs_worker")]
        return found

    def terminate(self) -> int:
        """Ask it to end, and its exit status."""
        self.process.terminate()
        return self.process.wait(_GOODBYE_SECONDS)


@contextmanager
def serving(environment: Mapping[str, str], log: Path, *arguments: str) -> Iterator[Server]:
    """A server on a free port of loopback, from the moment that it says where it listens."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [TESSELLA, "serve", "--port", "0", *arguments, "--json"],
            env=dict(environment), stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    try:
        yield Server(process, _port(process, log))
    finally:
        _end(process)


def _port(process: subprocess.Popen[str], log: Path) -> int:
    assert process.stdout is not None, "it was asked for"
    said = ""
    while not said.endswith("}\n"):
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"the server did not start: {log.read_text()[-2000:]}")
        said += line
    port: int | None = urlsplit(json.loads(said)["address"]).port
    assert port is not None, "an address has a port"
    return port


def _runs(process: psutil.Process, module: str) -> bool:
    try:
        return any(part.startswith(module) for part in process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def _end(process: subprocess.Popen[str]) -> None:
    """With everything that it started, whatever state it is in."""
    if process.poll() is None:
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        for child in psutil.wait_procs(children, timeout=5)[1]:
            child.kill()
    process.communicate()


def clean_environment(**own: str) -> dict[str, str]:
    """Ours without what would lead a server elsewhere, or have each process compile the code, which installers do."""
    foreign = ("DATABASE_URL", "DB_DSN", "PYTHONDONTWRITEBYTECODE")
    kept = {name: text for name, text in os.environ.items() if name not in foreign and not name.startswith("TESSELLA_")}
    return kept | own
