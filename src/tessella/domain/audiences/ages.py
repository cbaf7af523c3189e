"""How old a source's rows are, beside how old they are expected to be."""

from __future__ import annotations

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.features.gate import HOUR_US, iso
from tessella.domain.identifiers import Instant


def told_age(source: CustomerSource, changed_at: Instant | None, read_at: Instant, now: Instant) -> str:
    """What is to be said of a source whose rows are older than `refresh_hours`; empty where they are not.

    A source of 0 hours may be of any age. The newest of the rows has changed at `changed_at`, where the source says so;
    else what counts is when they were last read.

    >>> import msgspec
    >>> from tessella.domain.audiences.source import SourceEngine
    >>> from tessella.domain.identifiers import SourceId
    >>> source = CustomerSource(SourceId("crm"), SourceEngine.DUCKDB, "crm", refresh_hours=2)
    >>> told_age(source, None, Instant(0), Instant(2 * HOUR_US))
    ''
    >>> told_age(source, None, Instant(0), Instant(3 * HOUR_US))
    'Its rows were last read at 1970-01-01T00:00:00+00:00, 3 hours ago. 2 hours are expected at most.'
    >>> told_age(msgspec.structs.replace(source, refresh_hours=0), None, Instant(0), Instant(9000 * HOUR_US))
    ''
    """
    since, what = (read_at, "Its rows were last read") if changed_at is None else (changed_at, "Its newest row changed")
    if not source.refresh_hours or now - since <= source.refresh_hours * HOUR_US:
        return ""
    age = f"{what} at {iso(since)}, {(now - since) // HOUR_US} hours ago."
    return f"{age} {source.refresh_hours} hours are expected at most."
