"""What a failure of PostgreSQL means for whoever reads a source."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import (
    CredentialsRefused,
    QueryFailed,
    SourceAway,
    SourceDenies,
    SourceSlow,
    TessellaError,
    ValueUnreadable,
)
from tessella.warehouse.engines.credentials import Credentials

_CREDENTIALS = (errors.InvalidPassword, errors.InvalidAuthorizationSpecification)
#: It runs, and has no room, or no time for us.
_AWAY = (psycopg.OperationalError, errors.InsufficientResources, errors.InvalidCatalogName)


@contextmanager
def explained(
    source: CustomerSource, credentials: Credentials, seconds: float, late: threading.Event | None = None
) -> Iterator[None]:
    """Raise what a failure in the block means. `late` says that we ended the link ourselves, after its time."""
    try:
        yield
    except psycopg.Error as error:
        if isinstance(error, errors.QueryCanceled) or (late and late.is_set()):
            raise SourceSlow(source.source_id, seconds) from None
        raise _meaning(error, source, credentials) from None


def _meaning(error: psycopg.Error, source: CustomerSource, credentials: Credentials) -> TessellaError:
    problem = credentials.without_secrets(_sentence(error))
    match error:
        case errors.InsufficientPrivilege():
            return SourceDenies(source.source_id, problem)
        case errors.DataError():
            return ValueUnreadable(source.source_id, problem)
        case _ if isinstance(error, _CREDENTIALS) or "password authentication failed" in problem:
            return CredentialsRefused(source.source_id, credentials.variables("user", "password", "dsn"))
        case _ if isinstance(error, _AWAY):
            return SourceAway(source.source_id, problem)
        case _:
            return QueryFailed("PostgreSQL", problem)


def _sentence(error: psycopg.Error) -> str:
    """The driver's message without the excerpt of the statement that follows it."""
    return (error.diag.message_primary or str(error)).partition("\n")[0].strip().rstrip(".")
