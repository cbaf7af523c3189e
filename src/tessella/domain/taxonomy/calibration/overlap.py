"""Which segments of two cuts of the same players are the same, and what became of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Labels
from tessella.domain.taxonomy.taxonomy import Change

#: Above it two segments are the same: they share more players than they do not.
SAME: Final = 0.5
#: From here on most of one segment's players are in another.
_MOST: Final = 0.5


@dataclass(frozen=True, slots=True)
class Became:
    """What became of some segments; numbers are places within the cuts."""

    change: Change
    before: tuple[int, ...]
    after: tuple[int, ...]
    #: The share of players of `before` who are in `after`; None where one of them is empty.
    overlap: float | None


def same_players(before: Labels, after: Labels, shape: tuple[int, int]) -> Array:
    """(segments before, segments after): how many players are in both.

    >>> same_players(np.array([0, 0, 1]), np.array([0, 1, 1]), (2, 2)).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    counts = np.bincount(before * shape[1] + after, minlength=shape[0] * shape[1])
    return counts.reshape(shape).astype(np.float64)


def kept(counts: Array, came: Array | float = 0.0) -> dict[int, int]:
    """The segment before of each segment after that is the same: optimal matching by Jaccard's index, above `SAME`.

    `counts` is as `same_players` gives it; `came`, (segments after,), are players who belonged nowhere before. Jaccard:
    players in both / players in either. A segment below one half is dissolved. Source: Kuhn, "The Hungarian method"
    (1955); Hennig, "Cluster-wise assessment of cluster stability", CSDA 52 (2007).

    >>> kept(np.array([[0.0, 90.0], [100.0, 10.0]]))
    {1: 0, 0: 1}
    """
    from scipy.optimize import linear_sum_assignment

    either = counts.sum(axis=1, keepdims=True) + counts.sum(axis=0) + came - counts
    jaccard = counts / np.maximum(either, 1)
    pairs = zip(*(each.tolist() for each in linear_sum_assignment(-jaccard)), strict=True)
    return {after: before for before, after in pairs if jaccard[before, after] > SAME}


def became(counts: Array, came: Array | float = 0.0) -> Iterator[Became]:
    """What became of every segment, each in one step at least; a segment that is kept may also have lost a part.

    Split: most players of two or more segments after come from it. Merged: most players of two or more segments before
    went into it. Arguments are those of `kept`. Source of these transitions: Spiliopoulou et al., "MONIC" (KDD 2006).
    """
    same = kept(counts, came)
    into = counts >= _MOST * np.maximum(counts.sum(axis=1, keepdims=True), 1)
    outof = counts >= _MOST * np.maximum(counts.sum(axis=0) + came, 1)
    splits = [before for before in range(len(counts)) if outof[before].sum() > 1]
    merges = [after for after in range(counts.shape[1]) if into[:, after].sum() > 1]
    yield from (_step(counts, Change.KEPT, (before,), (after,)) for after, before in sorted(same.items()))
    yield from (_step(counts, Change.SPLIT, (each,), _places(outof[each])) for each in splits)
    yield from (_step(counts, Change.MERGED, _places(into[:, each]), (each,)) for each in merges)
    told_before = {*same.values(), *splits, *np.flatnonzero(into[:, merges].any(axis=1)).tolist()}
    told_after = {*same, *merges, *np.flatnonzero(outof[splits].any(axis=0)).tolist()}
    yield from (_step(counts, Change.VANISHED, (each,), ()) for each in range(len(counts)) if each not in told_before)
    appeared = (each for each in range(counts.shape[1]) if each not in told_after)
    yield from (_step(counts, Change.APPEARED, (), (each,)) for each in appeared)


def _step(counts: Array, change: Change, before: tuple[int, ...], after: tuple[int, ...]) -> Became:
    players = counts[list(before)].sum()
    share = float(counts[np.ix_(before, after)].sum() / players) if before and after and players else None
    return Became(change, before, after, share)


def _places(marked: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(marked).tolist())
