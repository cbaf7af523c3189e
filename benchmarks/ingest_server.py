"""The server of the `ingest` benchmark, a process of its own: `python -m benchmarks.ingest_server HOME`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tessella.bootstrap import running
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tessella.http.listening import listen
from tessella.http.loop import run
from tessella.http.server import serve_app
from tessella.settings import Settings


async def main(home: Path) -> None:
    """Print the port and a key, and serve until the process is ended."""
    async with running(Settings(home=home)) as application:
        key = await application.administration.create_key(Namespace("bench"), Role.SERVICE)
        with listen() as listening:
            print(json.dumps({"port": listening.getsockname()[1], "key": key}), flush=True)
            await serve_app(create_app(application), listening)


if __name__ == "__main__":
    run(main(Path(sys.argv[1])))
