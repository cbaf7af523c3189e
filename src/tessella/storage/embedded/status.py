"""What the embedded server of a home is doing, without starting it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tessella.storage.embedded.accounts import server_account
from tessella.storage.embedded.binaries import MAJOR_VERSION
from tessella.storage.embedded.cluster import is_initialised
from tessella.storage.embedded.folder import inspect
from tessella.storage.embedded.layout import Layout
from tessella.storage.embedded.locks import is_held


class State(StrEnum):
    """Absent until it is first started; running while at least one process uses it."""

    ABSENT = "absent"
    STOPPED = "stopped"
    RUNNING = "running"


@dataclass(frozen=True)
class Status:
    """The embedded server of one home."""

    state: State
    #: PostgreSQL's major version.
    version: int
    data: Path
    log: Path
    socket_folder: Path
    #: The account that runs the server.
    account: str


def status(home: Path) -> Status:
    """Look at the embedded server of `home`; nothing is made, started or changed.

    Raises:
        EmbeddedServerError: the folder is not ours or cannot be read.
    """
    layout = Layout.of(home)
    inspect(layout)
    account = server_account(layout.data)
    return Status(_state(layout), MAJOR_VERSION, layout.data, layout.log, layout.socket_folder(account), account.name)


def _state(layout: Layout) -> State:
    if not is_initialised(layout):
        return State.ABSENT
    return State.RUNNING if is_held(layout.keeper_lock) else State.STOPPED
