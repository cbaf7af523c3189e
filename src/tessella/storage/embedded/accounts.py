"""Which account serves and which one runs PostgreSQL; they differ only for root, because PostgreSQL refuses root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tessella.storage.embedded.errors import NoAccountName, RootNeedsAnAccount

#: Accounts that run the server for root, best first. Neither is ever created here: that is the administrator's choice.
SERVER_ACCOUNTS = ("tessella", "nobody")

#: What the server's processes see of our environment. Everything else, secrets above all, stays here.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

#: The working folder by a name that needs no permission on the folders above it.
_WORKING_FOLDER = Path("/proc/self/cwd")


@dataclass(frozen=True)
class Account:
    """An operating-system account."""

    name: str
    uid: int
    gid: int


def is_root() -> bool:
    """Whether this process has to hand PostgreSQL to another account."""
    return os.geteuid() == 0


def serving_account() -> Account:
    """The account of this process, which PostgreSQL recognises at the socket."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise NoAccountName(uid) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server_account(data: Path) -> Account:
    """The account that runs the server: ours, or for root the owner of `data` among `SERVER_ACCOUNTS`, or the best."""
    if not is_root():
        return serving_account()
    if not _WORKING_FOLDER.exists():
        raise RootNeedsAnAccount("this system has no /proc")
    candidates = [_account(entry) for entry in pwd.getpwall() if entry.pw_name in SERVER_ACCOUNTS and entry.pw_uid]
    if not candidates:
        raise RootNeedsAnAccount("there is no account named " + " or ".join(SERVER_ACCOUNTS))
    owner = data.stat().st_uid if data.exists() else None
    return min(candidates, key=lambda each: (each.uid != owner, SERVER_ACCOUNTS.index(each.name)))


def owner_name(path: Path) -> str:
    """The name of the account that owns `path`, or its number when it has none."""
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user id {uid}"


def name_for_server(data: Path) -> str:
    """How the server's account names `data` when started in it: root's folders above may be closed to that account."""
    return str(_WORKING_FOLDER) if is_root() else str(data)


def give_to(account: Account, path: Path) -> None:
    """Make `account` the owner of `path`; only root can and has to."""
    if is_root():
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def environment() -> dict[str, str]:
    """The environment of the server's processes."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def run_as(
    account: Account, command: Sequence[str], *, folder: Path, locks: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """Run `command` in `folder` as `account`, holding `locks` itself, and return what it printed.

    Raises:
        PermissionError: the account may not execute the command.
    """
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=locks,
        user=account.uid if is_root() else None,
        group=account.gid if is_root() else None,
        extra_groups=[] if is_root() else None,
    )


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
