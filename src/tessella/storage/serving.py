"""The database to serve from, for as long as a process serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tessella.settings import Settings
from tessella.storage.administration import refuse_other_schema, serving_dsn
from tessella.storage.embedded import SUPERUSER, start
from tessella.storage.migrations import upgrade_outdated


@dataclass(frozen=True, slots=True)
class ServingDatabase:
    """A database that can be served from."""

    #: The connection string of the serving role.
    dsn: str
    #: Descriptors that keep the embedded server up while any process has them open. Your own database has none.
    descriptors: tuple[int, ...] = ()


@contextmanager
def serving_database(settings: Settings) -> Iterator[ServingDatabase]:
    """Your own database, or the embedded one, which is started, brought up to date and kept while this is open.

    Your own is not upgraded by serving it, so one with another schema is refused. Raises `TessellaError`.
    """
    dsn = serving_dsn(settings)
    if dsn is not None:
        refuse_other_schema(dsn)
        yield ServingDatabase(dsn)
        return
    with start(settings.home) as server:
        upgrade_outdated(server.dsn(SUPERUSER))
        yield ServingDatabase(server.dsn(), (server.descriptor(),))
