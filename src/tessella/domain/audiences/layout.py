"""How one row of a calculated audience is written, the same by every engine.

A row a subject: `subject_id`; `first`, the position of the first segment that holds it, NULL for none; the membership
of all segments, 62 to a column, as bits of `w0`, `w1` and so on; then each normalised feature under its name.
Positions are those of the segments in the order in which they are tried.
"""

from __future__ import annotations

from typing import Final

SUBJECT: Final = "subject_id"
FIRST: Final = "first"
#: Segments in a column: 2^62 fits BIGINT on every engine, and a sum of bits never reaches the sign.
BITS: Final = 62


def word(position: int) -> str:
    """The column that holds the bit of a segment.

    >>> word(0), word(61), word(62)
    ('w0', 'w0', 'w1')
    """
    return f"w{position // BITS}"


def mask(position: int) -> int:
    """The bit of a segment within its column.

    >>> mask(0), mask(3), mask(62)
    (1, 8, 1)
    """
    return 1 << (position % BITS)


def words(segments: int) -> list[str]:
    """All columns of bits, for so many segments."""
    return [f"w{at}" for at in range(-(-segments // BITS))]
