"""What a failure of Spark Connect means for whoever reads a source."""

from __future__ import annotations

import re
from typing import Final

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import (
    CredentialsRefused,
    QueryFailed,
    SourceAway,
    SourceDenies,
    TessellaError,
    ValueUnreadable,
)
from tessella.warehouse.engines.credentials import Credentials

#: How servers of Spark Connect say it: by gRPC's status, or by a condition of Spark's in the text.
_DENIED: Final = ("PERMISSION_DENIED", "INSUFFICIENT_PERMISSIONS", "permission denied")
_UNKNOWN: Final = ("UNAUTHENTICATED", "Unauthenticated")
_AWAY: Final = (
    "UNAVAILABLE", "RETRIES_EXCEEDED", "CONNECTION_CLOSED", "INVALID_HANDLE", "CANCELLED", "Channel closed",
    "closed channel", "Connection",
)  # fmt: skip
_UNREADABLE: Final = ("CAST_INVALID_INPUT", "CANNOT_READ_FILE", "Cannot cast", "FAILED_READ_FILE", "Parquet")
#: How gRPC's errors are written; the client of Spark puts them into its own.
_GRPC: Final = re.compile(r"status = StatusCode\.(?P<status>\w+)\s+details = \"(?P<details>.*)\"")
_GONE: Final = ("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "not found")


def failures() -> tuple[type[Exception], ...]:
    """What the client raises; a closed channel is a `ValueError` of gRPC's."""
    try:
        from grpc import RpcError
        from pyspark.errors import PySparkException
    except ImportError:
        return ()
    return PySparkException, RpcError, ValueError


def meaning_of(error: Exception, source: CustomerSource, credentials: Credentials) -> TessellaError:
    """What a failure means, without secrets."""
    problem = _told(error)
    shown = credentials.without_secrets(problem)
    if any(text in problem for text in _UNKNOWN):
        return CredentialsRefused(source.source_id, credentials.variables("token", "dsn"))
    if any(text in problem for text in _DENIED):
        return SourceDenies(source.source_id, shown)
    if any(text in problem for text in _AWAY):
        return SourceAway(source.source_id, shown)
    if any(text in problem for text in _UNREADABLE):
        return ValueUnreadable(source.source_id, shown)
    return QueryFailed("Spark", shown)


def _told(error: Exception) -> str:
    """The client's message in one line, without the server's trace; of what gRPC says, the status and the details."""
    text = str(error)
    if found := _GRPC.search(text):
        text = f"{found['status']}: {found['details']}"
    return text.partition("\n")[0].strip().rstrip(".")


def tells_gone(error: QueryFailed) -> bool:
    """Whether Spark says that it has no such view."""
    return any(text in error.problem for text in _GONE)
