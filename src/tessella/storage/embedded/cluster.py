"""The cluster and its socket folder: made once, by us, as private as they will stay."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from tessella.storage.embedded.accounts import Account, give_to, name_for_server, run_as
from tessella.storage.embedded.errors import InitialisationFailed, SocketFolderTaken
from tessella.storage.embedded.layout import Layout
from tessella.storage.embedded.roles import SUPERUSER

_INITDB_OPTIONS = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
    "--auth-local=peer",
    "--auth-host=reject",
    "--no-instructions",
)


def initialise(layout: Layout, programs: Path, account: Account, *, start_lock: int) -> None:
    """Make the cluster aside and rename it, so that a half-made one is never taken for a whole one.

    `initdb` holds the start lock too: if we are killed, nobody starts over before it has ended.
    """
    if layout.unfinished.exists():
        shutil.rmtree(layout.unfinished)
    layout.unfinished.mkdir(mode=0o700)
    give_to(account, layout.unfinished)
    command = [str(programs / "initdb"), "-D", name_for_server(layout.unfinished), *_INITDB_OPTIONS]
    outcome = run_as(account, command, folder=layout.unfinished, locks=[start_lock])
    if outcome.returncode != 0:
        raise InitialisationFailed(layout.folder, _complaint(outcome.stderr))
    layout.unfinished.rename(layout.data)


def make_socket_folder(path: Path, account: Account) -> None:
    """Make the private folder of the socket, or refuse the one that somebody else put there first."""
    try:
        path.mkdir(mode=0o700)
        give_to(account, path)
    except FileExistsError:
        found = path.lstat()
        if (stat.S_IFMT(found.st_mode), stat.S_IMODE(found.st_mode), found.st_uid) != (
            stat.S_IFDIR,
            0o700,
            account.uid,
        ):
            raise SocketFolderTaken(path, account.name) from None


def is_initialised(layout: Layout) -> bool:
    """Whether there is a complete cluster."""
    return os.path.lexists(layout.data)


def _complaint(output: str) -> str:
    lines = [line for line in output.splitlines() if "error:" in line or "FATAL:" in line] or output.splitlines()
    return lines[0].strip() if lines else "initdb gave no reason"
