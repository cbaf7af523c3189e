"""How the server is doing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from tessella.domain.identifiers import Namespace


class Alive(msgspec.Struct, frozen=True):
    """The event loop answers."""

    status: Literal["alive"] = "alive"


class Ready(msgspec.Struct, frozen=True):
    """Whether requests can be decided, and what is not as it should be."""

    status: Literal["ready", "degraded", "starting"]
    #: Sentences for a person.
    reasons: Sequence[str]
    #: Namespaces that do not serve their newest version, and why.
    failures: Mapping[Namespace, str]


class SnapshotShown(msgspec.Struct, frozen=True):
    """What one namespace is decided from."""

    version: int
    #: The database, or the disk.
    source: Literal["live", "disk"]
    #: How long ago it was last known to be the newest.
    age_seconds: float


class IndexServed(msgspec.Struct, frozen=True):
    """The ranking index of one namespace."""

    #: Null while none could be loaded.
    version: str | None
    items: int
    #: How long ago it was built.
    age_seconds: float
    #: Why the active version is not the one that is served; empty when it is.
    failure: str


class QueuesShown(msgspec.Struct, frozen=True):
    """What waits to be written."""

    #: Rows that a sender waits for, their bytes, about, and how long the oldest has waited.
    rows: int
    bytes: int
    oldest_seconds: float
    #: Rows of the audit.
    audit_rows: int


class HealthShown(msgspec.Struct, frozen=True):
    """Everything that an operator asks first."""

    status: Literal["ok", "degraded"]
    version: str
    #: What is not as it should be: sentences for a person.
    reasons: Sequence[str]
    database_is_up: bool
    snapshots: Mapping[Namespace, SnapshotShown]
    #: Namespaces that do not serve their newest version, and why.
    failures: Mapping[Namespace, str]
    #: The ranking indexes that this worker has in memory.
    indexes: Mapping[Namespace, IndexServed]
    queues: QueuesShown
    dropped_audit_rows: int
    cached_subjects: int
