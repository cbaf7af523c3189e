"""Store a prepared file part by part: what every import does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from tessella.ports import PreparedFile

#: Told after each part: the share of the file that is stored, 0 to 1.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    #: Events that were new, or facts that changed something.
    stored: int
    #: Rows in the report.
    rejected: int


async def store_parts(
    prepared: PreparedFile, store: Callable[[AsyncIterator[bytes]], Awaitable[int]], progress: Progress
) -> Imported:
    """Store each part in a transaction of its own, given as CSV to `store`, which says how many rows changed."""
    stored, done, size = 0, 0, prepared.size()
    progress(0.0)
    async for part_size, rows in prepared.stored_parts():
        stored += await store(rows)
        done += part_size
        progress(done / size if size else 1.0)
    return Imported(stored, prepared.rejected)
