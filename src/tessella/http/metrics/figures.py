"""The figures without a label that storage keeps: one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.storage.store import Health


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it says, where it is read, and what several workers' figures are together."""

    name: str
    text: str
    read: Callable[[Health], float]
    combine: Callable[[Sequence[float]], float] = sum
    is_counter: bool = False


def _largest(values: Sequence[float]) -> float:
    return max(values, default=0.0)


def _smallest(values: Sequence[float]) -> float:
    return min(values, default=0.0)


def _counter(name: str, text: str, read: Callable[[Health], float]) -> Figure:
    return Figure(name, text, read, is_counter=True)


FIGURES: Final = (
    _counter("tessella_audit_dropped", "Audit rows that were lost.", lambda now: now.writer.dropped_rows),
    _counter("tessella_written_rows", "Rows that were committed.", lambda now: now.writer.written_rows),
    _counter("tessella_late_events", "Events older than a day when they came.", lambda now: now.ingested.late_events),
    _counter("tessella_rejected_rows", "Events and facts that were refused.", lambda now: now.ingested.rejected_rows),
    _counter("tessella_subject_cache_hits", "Subjects found in memory.", lambda now: now.subject_hits),
    _counter("tessella_subject_cache_misses", "Subjects that had to be read.", lambda now: now.subject_misses),
    _counter("tessella_ranking_cache_hits", "Rankings found in memory.", lambda now: now.ranking_hits),
    _counter("tessella_ranking_cache_misses", "Rankings that had to be made.", lambda now: now.ranking_misses),
    Figure("tessella_history_cache_bytes", "About what subjects' histories hold.", lambda now: now.history_bytes),
    Figure(
        "tessella_write_queue_rows", "Rows that wait to be written and that somebody waits for.",
        lambda now: now.writer.awaited_rows,
    ),
    Figure(
        "tessella_offered_queue_rows", "Rows that wait to be written and that nobody waits for, as the audit's.",
        lambda now: now.writer.offered_rows,
    ),
    Figure(
        "tessella_ingest_lag_seconds", "How long the row that waits longest has waited.",
        lambda now: now.writer.oldest_seconds, _largest,
    ),
    Figure(
        "tessella_database_up", "1 while the database answers every worker.", lambda now: now.database_is_up, _smallest
    ),
)  # fmt: skip
