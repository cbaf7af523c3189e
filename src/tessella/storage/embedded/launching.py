"""Start the keeper, and wait until PostgreSQL answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from tessella.storage.embedded import keeper
from tessella.storage.embedded.accounts import Account, environment, is_root, name_for_server
from tessella.storage.embedded.cluster import make_socket_folder
from tessella.storage.embedded.configuration import configure
from tessella.storage.embedded.errors import ServerDidNotStart
from tessella.storage.embedded.layout import Layout
from tessella.storage.embedded.locks import is_held
from tessella.storage.embedded.roles import SUPERUSER, connect_as_superuser, create_database, create_roles

#: Replaying the log after a crash takes long; PostgreSQL refuses connections meanwhile.
_PATIENCE_SECONDS = 120.0
_POLL_SECONDS = 0.02

#: What PostgreSQL says last when it gives up, with its log's prefix or, before it has a log, with its name.
_COMPLAINT = re.compile(r"^(?:.* (?:FATAL|PANIC):  |postgres: )(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Installation:
    """All that starting the server takes: where its data are, which programs run it, and as whom."""

    layout: Layout
    programs: Path
    account: Account

    def dsn(self, *, database: str, role: str) -> str:
        """The libpq connection string of `role`, complete so that no PG* variable changes where it leads."""
        folder = str(self.layout.socket_folder(self.account))
        return make_conninfo(host=folder, port=5432, dbname=database, user=role)


def ensure_running(installation: Installation) -> None:
    """Start the server unless a keeper runs it, and wait until it answers and has its roles and database.

    The caller holds the start lock and shares the users' lock.
    """
    if not is_held(installation.layout.keeper_lock):
        make_socket_folder(installation.layout.socket_folder(installation.account), installation.account)
        configure(installation.layout, installation.account)
        _start_keeper(installation)
    _prepare(installation)


def _start_keeper(installation: Installation) -> None:
    """Returns when the keeper holds its lock. It shares neither our pipes nor our terminal."""
    layout = installation.layout
    job = _job(installation)
    log = os.open(layout.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        subprocess.run(
            [sys.executable, "-I", "-S", keeper.__file__, json.dumps(job._asdict())],
            cwd="/",
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=True,
        )
    finally:
        os.close(log)


def _job(installation: Installation) -> keeper.Job:
    layout, account = installation.layout, installation.account
    return keeper.Job(
        command=[str(installation.programs / "postgres"), "-D", name_for_server(layout.data)],
        data=str(layout.data),
        socket_folder=str(layout.socket_folder(account)),
        environment=environment(),
        account=[account.uid, account.gid] if is_root() else None,
        log=str(layout.log),
        users=str(layout.users_lock),
        keeper=str(layout.keeper_lock),
        server=str(layout.server_lock),
    )


def _prepare(installation: Installation) -> None:
    """Wait until the superuser is let in, and see to the roles and the database."""
    dsn = installation.dsn(database="postgres", role=SUPERUSER)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with connect_as_superuser(dsn) as connection:
                create_roles(connection)
                create_database(connection)
                return
        except psycopg.OperationalError as error:
            _give_up_after(deadline, installation.layout, str(error))
            time.sleep(_POLL_SECONDS)


def _give_up_after(deadline: float, layout: Layout, reason: str) -> None:
    if not is_held(layout.keeper_lock):
        raise ServerDidNotStart(_last_complaint(layout.log), layout.log)
    if time.monotonic() > deadline:
        raise ServerDidNotStart(" ".join(reason.split()), layout.log)


def _last_complaint(log: Path) -> str:
    with suppress(FileNotFoundError, IndexError):
        return str(_COMPLAINT.findall(log.read_text(errors="replace"))[-1])
    return "it gave no reason"
