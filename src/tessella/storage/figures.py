"""What storage counts: plain numbers, read when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.identifiers import Namespace


@dataclass(frozen=True, slots=True)
class WriterFigures:
    """How the writer is doing."""

    #: Rows that somebody waits for, and their bytes, about.
    awaited_rows: int
    awaited_bytes: int
    #: Rows that nobody waits for, such as those of the audit.
    offered_rows: int
    #: How long the longest waiting row has waited; 0 when none does.
    oldest_seconds: float
    #: Rows that were committed, those that changed nothing included.
    written_rows: int
    #: Offered rows that were lost: the queue was full, or the database refused them.
    dropped_rows: int
    #: Any was lost in the last minute: decisions were given that could not be recorded.
    dropped_lately: bool


@dataclass(slots=True)
class IngestCounts:
    """What came in and was out of the ordinary."""

    #: Events that were older than a day when they came, and stored.
    late_events: int = 0
    #: Rows of events and facts that were refused.
    rejected_rows: int = 0


@dataclass(frozen=True, slots=True)
class ShelfFigures:
    """How snapshots are kept on the disk."""

    #: Why the last write failed; empty when it did not.
    failure: str
    #: Namespaces whose file cannot be used, and why.
    refused: Mapping[Namespace, str]
    #: Writes that failed, and files that were found unusable.
    failures: int
    refusals: int
