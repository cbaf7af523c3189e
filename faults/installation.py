"""An installation on a PostgreSQL of its own, prepared and then left to a server."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.cluster import Cluster, cluster
from faults.server import TESSELLA, Server, clean_environment, serving
from faults.workload import NAMESPACE, define
from tessella.bootstrap import running
from tessella.domain.identifiers import Role
from tessella.ports import Caller
from tessella.settings import Settings


@dataclass(frozen=True, slots=True)
class Installation:
    """What there is to serve and to hurt."""

    folder: Path
    cluster: Cluster
    #: An API key that may do everything.
    key: str

    @property
    def log(self) -> Path:
        """What its servers say."""
        return self.folder / "serve.log"

    def environment(self) -> dict[str, str]:
        """Of its commands."""
        return _environment(self.folder, self.cluster)

    def serving(self, *arguments: str) -> AbstractContextManager[Server]:
        """A server of two workers."""
        return serving(self.environment(), self.log, *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One `tessella` command."""
        return subprocess.run(
            [TESSELLA, *arguments], env=self.environment(), capture_output=True, text=True, check=False, timeout=120
        )


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that other accounts may pass through; nothing is left of it afterwards."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@contextmanager
def installation(folder: Callable[[], AbstractContextManager[Path]] = temporary_folder) -> Iterator[Installation]:
    """A new one with the workload in it, in a folder that lasts as long."""
    with folder() as place, cluster(place) as database:
        subprocess.run([TESSELLA, "db", "init"], env=_environment(place, database), check=True, capture_output=True)
        yield Installation(place, database, asyncio.run(_prepare(place, database)))


def _environment(folder: Path, database: Cluster) -> dict[str, str]:
    return clean_environment(TESSELLA_HOME=str(folder / "home"), TESSELLA_DATABASE_URL=database.dsn())


async def _prepare(folder: Path, database: Cluster) -> str:
    async with running(Settings(home=folder / "home", database_url=database.dsn())) as application:
        key = await application.administration.create_key(NAMESPACE, Role.ADMIN)
        async with application.session(Caller(NAMESPACE, Role.ADMIN)) as session:
            await define(session)
        return key
