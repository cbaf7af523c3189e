"""Store a prepared file part by part: what every import does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from tessella.ports import PreparedFile, Progress


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    #: Events that were new; facts and items that changed something.
    stored: int
    #: Rows in the report.
    rejected: int


async def store_parts(
    prepared: PreparedFile, store: Callable[[AsyncIterator[bytes]], Awaitable[int]], progress: Progress
) -> Imported:
    """Store each part in a transaction of its own, given as CSV to `store`, which says how many rows changed.

    `progress` is told after each part.
    """
    stored, done, size = 0, 0, prepared.size()
    progress(0.0)
    async for part_size, rows in prepared.stored_parts():
        stored += await store(rows)
        done += part_size
        progress(done / size if size else 1.0)
    return Imported(stored, prepared.rejected)
