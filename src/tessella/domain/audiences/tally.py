"""Counts of an audience: members of each segment, first matches, and who is in two segments at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tessella.domain.audiences.layout import BITS, FIRST, words

Counts = NDArray[np.int64]

#: Rows that are taken apart at once: each becomes a number for every segment.
_AT_ONCE = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Sums over subjects, so that those of a part can be added and taken away."""

    #: How many there are.
    subjects: int
    #: Per position, how many the segment holds, and for how many it is the first match.
    members: Counts
    first: Counts
    #: Per two positions, how many are in both; on the diagonal, the members.
    both: Counts

    @staticmethod
    def nobody(segments: int) -> Tally:
        """Of no subject."""
        one = np.zeros(segments, np.int64)
        return Tally(0, one, one, np.zeros((segments, segments), np.int64))

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def __sub__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, each.name) - getattr(other, each.name) for each in fields(self)))

    def share(self, position: int) -> float | None:
        """The share of all subjects that a segment holds; None where there is nobody."""
        return float(self.members[position]) / self.subjects if self.subjects else None

    def jaccard(self) -> NDArray[np.float64]:
        """Per two segments, |both| / |either|, from 0 to 1; NaN where neither holds anybody.

        Source: P. Jaccard, Étude comparative de la distribution florale, 1901.
        """
        either = self.members[:, None] + self.members[None, :] - self.both
        shares: NDArray[np.float64] = np.divide(
            self.both, either, out=np.full(self.both.shape, np.nan), where=either > 0
        )
        return shares


def patterns_sql(rows: str, segments: int) -> str:
    """A SELECT of each different row of bits: its words, its first match or -1, and how many subjects have it.

    All are integers. Subjects have far fewer different rows than there are subjects.
    """
    columns = ", ".join((*words(segments), f"coalesce({FIRST}, -1)"))
    return f"SELECT {columns}, count(*) FROM ({rows}) GROUP BY ALL"


def tally_of(patterns: Counts, segments: int) -> Tally:
    """The sums over rows that `patterns_sql` gives, a row of the array each.

    >>> tally_of(np.array([[0b11, 0, 5], [0b10, 1, 2], [0, -1, 1]]), 2).both.tolist()
    [[5, 5], [5, 7]]
    """
    found = Tally.nobody(segments)
    for block in _blocks(patterns):
        found += _tally_of_block(block, segments)
    return found


def _blocks(patterns: Counts) -> Iterator[Counts]:
    return (patterns[at : at + _AT_ONCE] for at in range(0, len(patterns), _AT_ONCE))


def _tally_of_block(patterns: Counts, segments: int) -> Tally:
    subjects, first = patterns[:, -1], patterns[:, -2]
    bits = (patterns[:, :-2, None] >> np.arange(BITS)) & 1
    held = bits.reshape(len(patterns), -1)[:, :segments].astype(np.float64)
    both = np.rint(held.T @ (held * subjects[:, None])).astype(np.int64)
    firsts = np.bincount(first[first >= 0], weights=subjects[first >= 0], minlength=segments).astype(np.int64)
    return Tally(int(subjects.sum()), np.diagonal(both).copy(), firsts, both)
