"""Times cross between Python and SQL as microseconds since 1970 UTC, exactly."""

from __future__ import annotations


def micros(column: str) -> str:
    """SQL for a timestamptz column as microseconds."""
    return f"(extract(epoch FROM {column}) * 1000000)::bigint"


def timestamptz(micros: str) -> str:
    """SQL for microseconds as timestamptz. Whole seconds and the rest apart: as one double it would be rounded."""
    return f"(to_timestamp({micros} / 1000000) + mod({micros}, 1000000) * interval '1 microsecond')"
