"""How the server is doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tessella.domain.identifiers import Namespace


class Alive(msgspec.Struct, frozen=True):
    """The event loop answers."""

    status: Literal["alive"] = "alive"


class Ready(msgspec.Struct, frozen=True):
    """Whether requests can be decided, and which namespaces do not serve their newest version."""

    status: Literal["ready", "starting"]
    failures: Mapping[Namespace, str]


class HealthShown(msgspec.Struct, frozen=True):
    """Everything that an operator asks first."""

    status: Literal["ok", "degraded"]
    version: str
    database_is_up: bool
    #: The snapshots that decisions are made from: version by namespace.
    snapshots: Mapping[Namespace, int]
    #: Namespaces that do not serve their newest version, and why.
    failures: Mapping[Namespace, str]
    waiting_rows: int
    dropped_audit_rows: int
    cached_subjects: int
