"""The database to serve from, for as long as a process serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.logs import get_logger
from tessella.settings import Settings
from tessella.storage.disk import are_kept
from tessella.storage.embedded import dsn_of, start
from tessella.storage.installation.administration import refuse_other_schema, serving_dsn
from tessella.storage.installation.starting import Starting, up_to_date

#: How long your own database is asked for its schema: less where there is something to decide from without it.
_PATIENCE_SECONDS: Final = 1.0
_KEPT_PATIENCE_SECONDS: Final = 0.2
_LOG: Final = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ServingDatabase:
    """A database that can be served from."""

    #: The connection string of the serving role.
    dsn: str
    is_embedded: bool
    #: Descriptors that keep the embedded server up while any process has them open. Your own database has none.
    descriptors: tuple[int, ...] = ()


@contextmanager
def serving_database(settings: Settings) -> Iterator[ServingDatabase]:
    """Your own database, unless it has another schema, or the embedded one as `kept_database` has it. Raises both's."""
    with kept_database(settings) as database:
        refuse_unfit(database, settings)
        yield database


def refuse_unfit(database: ServingDatabase, settings: Settings) -> None:
    """Your own database is not upgraded by serving it. Raises `SchemaNotCurrent` and `SchemaNewer`.

    One that is away is not refused. It is waited for, less long where there is something to decide from without it.
    """
    if not database.is_embedded:
        refuse_other_schema(database.dsn, _KEPT_PATIENCE_SECONDS if are_kept(settings.home) else _PATIENCE_SECONDS)


@contextmanager
def kept_database(settings: Settings, patience_seconds: float | None = None) -> Iterator[ServingDatabase]:
    """Your own database, not looked at, or the embedded one, started, brought up to date and kept while this is open.

    An embedded one that does not start is no error where snapshots are kept: these are served from while it is tried
    again, after `patience_seconds` or, if that is None, after the first attempt. Raises `TessellaError`.
    """
    dsn = serving_dsn(settings)
    if dsn is not None:
        yield ServingDatabase(dsn, is_embedded=False)
    elif are_kept(settings.home):
        with _started_beside(settings.home, patience_seconds) as database:
            yield database
    else:
        with up_to_date(start(settings.home)) as server:
            yield ServingDatabase(server.dsn(), is_embedded=True, descriptors=(server.descriptor(),))


@contextmanager
def _started_beside(home: Path, patience_seconds: float | None) -> Iterator[ServingDatabase]:
    with Starting(home) as starting:
        server = starting.server(patience_seconds)
        if server is None:
            _LOG.warning("serving_from_disk", until="the embedded database has started")
        yield ServingDatabase(
            dsn_of(home), is_embedded=True, descriptors=() if server is None else (server.descriptor(),)
        )
