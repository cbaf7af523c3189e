"""The server of the HTTP benchmarks, a process of its own: `python -m benchmarks.http_server HOME`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tessella.bootstrap import running
from tessella.domain.identifiers import Namespace, Role
from tessella.http.answers import answer
from tessella.http.app import create_app
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.listening import listen
from tessella.http.loop import run
from tessella.http.server import serve_app
from tessella.http.serving import application_of
from tessella.logs import log_to_stderr
from tessella.settings import Settings

#: What it serves: the benchmark has put something into it before.
NAMESPACE: Final = Namespace("bench")


async def echo(request: Request) -> Response:
    """The body back: what any JSON route costs on this server."""
    return answer(await read(request, dict[str, Any], DECISION))


async def usage(request: Request) -> Response:
    """The processor time of this process so far, in seconds, and how the cache of subjects did."""
    health = application_of(request).health()
    return answer([time.process_time(), health.subject_hits, health.subject_misses, health.writer.dropped_rows])


async def main(home: Path) -> None:
    """Print the port and a key, and serve until the process is ended. Nobody reads what it prints besides."""
    log_to_stderr("warning")
    async with running(Settings(home=home)) as application:
        key = await application.administration.create_key(NAMESPACE, Role.SERVICE)
        app = create_app(application)
        app.router.routes[:0] = [Route("/echo", echo, methods=["POST"]), Route("/usage", usage)]
        with listen() as listening:
            print(json.dumps({"port": listening.getsockname()[1], "key": key}), flush=True)
            await serve_app(app, listening)


if __name__ == "__main__":
    run(main(Path(sys.argv[1])))
