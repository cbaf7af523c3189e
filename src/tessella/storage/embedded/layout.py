"""Where the embedded server keeps things."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tessella.storage.embedded.accounts import Account, is_root


@dataclass(frozen=True)
class Layout:
    """The paths below one home. The home must be absolute and free of symbolic links: see `of`."""

    home: Path

    @staticmethod
    def of(home: Path) -> Layout:
        """The layout of `home`, the same for every spelling of its path."""
        return Layout(home.expanduser().resolve())

    @property
    def folder(self) -> Path:
        """Everything of the embedded server; nobody else writes here."""
        return self.home / "postgres"

    @property
    def record(self) -> Path:
        """Says that we made the folder, and for which PostgreSQL."""
        return self.folder / "cluster.json"

    @property
    def data(self) -> Path:
        """The cluster, as PostgreSQL knows it. It exists only when it is complete."""
        return self.folder / "data"

    @property
    def unfinished(self) -> Path:
        """The cluster while it is being made."""
        return self.folder / "data.unfinished"

    @property
    def log(self) -> Path:
        """What PostgreSQL and its keeper say; the text before the last 10 MB is in `postgres.log.1`."""
        return self.folder / "postgres.log"

    @property
    def start_lock(self) -> Path:
        """Held by the one process that is starting or making the server."""
        return self.folder / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Shared by every process that uses the server; the keeper stops it when it can have this lock alone."""
        return self.folder / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the keeper as long as it lives."""
        return self.folder / "keeper.lock"

    @property
    def server_lock(self) -> Path:
        """Held by PostgreSQL's own processes, and so free only when none of them is left."""
        return self.folder / "server.lock"

    def socket_folder(self, account: Account) -> Path:
        """The private folder of the socket: short, since a socket's path may have 104 characters at most."""
        parent = Path("/run") if is_root() and Path("/run").is_dir() else Path("/tmp")
        name = hashlib.sha256(str(self.home).encode(errors="surrogateescape")).hexdigest()[:12]
        return parent / f"tessella-{account.uid}-{name}"
