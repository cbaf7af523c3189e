"""How one row of a calculated audience is written, the same by every engine.

A row a subject: `subject_id`; `first`, the position of the first active segment that holds it, NULL for none;
`origins`, where rows of the subject were found: 1 for stored facts, 2, 4 and so on for sources by their names; the
membership of all segments, 62 to a column, as bits of `w0`, `w1` and so on; then the normalised features, as `f0`, `f1`
and so on: engines ignore the case of names, and a feature may be called `first`. Positions are those of the segments
in the order in which they are tried; those of inactive segments follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SUBJECT: Final = "subject_id"
FIRST: Final = "first"
ORIGINS: Final = "origins"
#: Of a row of a source while it is read: when it had changed.
UPDATED: Final = "updated"
#: The file of all rows.
BASE: Final = "audience.parquet"
#: Rows that replace those of the base with the same subject, or are new. Its column `GONE` says who is no longer there.
DELTA: Final = "delta.parquet"
GONE: Final = "gone"
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
    """All columns of bits, for so many segments.

    >>> words(0), words(62), words(63)
    ([], ['w0'], ['w0', 'w1'])
    """
    return [f"w{at}" for at in range(-(-segments // BITS))]


def masks_of(positions: Iterable[int]) -> dict[str, int]:
    """The bits of some segments, by column; each position at most once.

    >>> masks_of([0, 3, 62])
    {'w0': 9, 'w1': 1}
    """
    found: dict[str, int] = {}
    for at in positions:
        found[word(at)] = found.get(word(at), 0) + mask(at)
    return found


def held(feature: int) -> str:
    """The column of a feature, by its place among those that are held.

    >>> held(3)
    'f3'
    """
    return f"f{feature}"
