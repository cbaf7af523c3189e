"""`tessella serve`: answer over HTTP."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Final

import typer

from tessella.cli.jobs_process import JobsPlan, jobs_spec
from tessella.cli.output import AsJson, answer, notes
from tessella.domain.errors import TessellaError
from tessella.http.listening import DEFAULT_PORT, listen
from tessella.http.workers import WorkerPlan, worker_specs
from tessella.logs import log_to_stderr
from tessella.processes import ChildSpec, Supervisor, allow_many_files
from tessella.settings import Settings, read_settings
from tessella.storage.installation.serving import ServingDatabase, kept_database, refuse_unfit

Host = Annotated[str, typer.Option("--host", help="The address to listen on; 0.0.0.0 in a container.")]
Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65_535, help="Without it, the first free one from 8600 on.")
]
ServedHost = Annotated[
    str | None, typer.Option("--host", help="The address to listen on; without it TESSELLA_HOST, or 127.0.0.1.")
]
ServedPort = Annotated[
    int | None,
    typer.Option(
        "--port", min=0, max=65_535, help="Without it TESSELLA_PORT or PORT, or the first free one from 8600 on."
    ),
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=64, help="Processes that answer; TESSELLA_WORKERS without it.")
]

#: A server that can decide from the disk does not wait longer for its embedded database.
_PATIENCE_SECONDS: Final = 1.0


@dataclass(eq=False)
class CannotListen(TessellaError):
    """Cannot listen on {host}, port {port}: {reason}."""

    host: str
    port: int
    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Name another address with --host, or another port with --port."


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What `serve` and `demo` were asked for."""

    settings: Settings
    host: str
    port: int | None
    workers: int | None
    #: What the children's environment has besides ours.
    environment: Mapping[str, str] = field(default_factory=dict)
    #: How long the embedded database is waited for where snapshots are kept; None for its first attempt to start.
    patience_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The processes of a server, and what they serve from and on."""

    supervisor: Supervisor
    database: ServingDatabase
    address: str


def serve(host: ServedHost = None, port: ServedPort = None, workers: Workers = None, as_json: AsJson = False) -> None:
    """Serve until interrupted."""
    log_to_stderr("info")
    settings = read_settings()
    host, port = host or settings.host, settings.port if port is None else port
    with started(ServeOptions(settings, host, port, workers, patience_seconds=_PATIENCE_SECONDS)) as server:
        told = {"address": server.address}
        server.supervisor.run(lambda: answer(told, as_json=as_json, show=announce))


@contextmanager
def started(options: ServeOptions) -> Iterator[Started]:
    """The socket, the database and the children of a server; all end with the block, the children first.

    Raises `CannotListen`, `NoFreePort`, and what keeps the database from running.
    """
    allow_many_files()
    with (
        listening(options.host, options.port) as held,
        kept_database(options.settings, options.patience_seconds) as database,
        tempfile.TemporaryDirectory(prefix="tessella-run-") as run_folder,
        Supervisor(_children(options, held, database, run_folder)) as supervisor,
    ):
        refuse_unfit(database, options.settings)  # while the children load: it may hang
        yield Started(supervisor, database, address_of(held))


def _children(
    options: ServeOptions, held: socket.socket, database: ServingDatabase, run_folder: str
) -> list[ChildSpec]:
    """Everything that the supervisor keeps running. Temporary files of each end with the run folder."""
    dsn = database.dsn if database.is_embedded else None
    plan = WorkerPlan(held.fileno(), database.descriptors, dsn, run_folder)
    answering = worker_specs(options.workers or options.settings.workers, plan, options.environment)
    specs = [*answering, jobs_spec(JobsPlan(database.descriptors, dsn), options.environment)]
    return [replace(each, scratch=Path(run_folder, each.name)) for each in specs]


@contextmanager
def listening(host: str, port: int | None) -> Iterator[socket.socket]:
    """A socket on `port`, or on a free one without it. Raises `CannotListen` and `NoFreePort`."""
    try:
        held = listen(host, port)
    except OSError as error:
        raise CannotListen(host, DEFAULT_PORT if port is None else port, f"{error.strerror}".lower()) from error
    with held:
        yield held


def address_of(held: socket.socket) -> str:
    """Where the server listens, as a URL."""
    host, port = held.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def announce(serving: Mapping[str, str]) -> None:
    """Say where the server listens."""
    address = serving["address"]
    with suppress(OSError):  # where this is written may be full: the server goes on
        notes.print(
            f"Serving on {address}  (admin app: {address}/app/, documentation: {address}/docs). Stop with Ctrl-C.",
            highlight=False,
            soft_wrap=True,
        )
