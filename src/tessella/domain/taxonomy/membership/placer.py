"""Many players placed at once: blocks that fit a cache, one matrix product for all segments of all axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.membership.placed import Numbers, Placed
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.membership.typicality import STEPS, STEPS_A_UNIT, typicality_table

#: Players of a block: what is made of them in between stays in a core's cache.
BLOCK: Final = 4096
#: Positions are held within so many deviations, so that squares stay finite in 32 bits.
_FARTHEST: Final = 1e4


#: Of each metric, (players,).
Columns = Sequence[NDArray[np.floating[Any]]] | NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Placer:
    """A space in 32 bits. Immutable, so threads may share it."""

    #: (dimensions * segments, metrics + 1): the last column is -offset, for a row of ones below the positions.
    factors: Numbers
    #: (segments, 1)
    log_weight: Numbers
    #: (axes, metrics): see `Space.weights`.
    weights: Numbers
    #: What columns are multiplied by to be positions.
    per_unit: tuple[float, ...]
    bounds: tuple[int, ...]
    #: Typicality by step of distance, segment after segment.
    table: Numbers

    @classmethod
    def of(cls, space: Space) -> Self:
        """For standardised positions."""
        return cls._of(space, [1.0] * len(space.standard.metrics))

    @classmethod
    def of_centered(cls, space: Space) -> Self:
        """For means of scaled values, less their location, that are not divided by the deviation yet."""
        return cls._of(space, (1 / space.standard.deviation).tolist())

    @classmethod
    def _of(cls, space: Space, per_unit: Sequence[float]) -> Self:
        segments = [each for axis in space.axes for each in axis.segments]
        tables = [typicality_table(each.distances, each.players) for each in segments]
        factors = np.concatenate([space.whitening, -space.offset[:, :, None]], axis=2)
        return cls(
            np.ascontiguousarray(factors.reshape(-1, factors.shape[2]), np.float32),
            space.log_weight.astype(np.float32)[:, None],
            np.ascontiguousarray(space.weights.T, np.float32),
            tuple(per_unit),
            space.bounds,
            np.concatenate([np.empty(0, np.float32), *tables]),
        )

    def place(self, positions: Columns, days: NDArray[np.floating[Any]]) -> Placed:
        """Where players stand.

        `positions` is a column of each metric, or (metrics, players); what is not finite in 32 bits is unknown.
        `days` is how many are known, (players,) of all metrics or (metrics, players) of each.
        """
        players = days.shape[-1]
        placed = Placed.empty(len(self.bounds) - 1, players)
        room = np.ones((self.factors.shape[1], min(BLOCK, players)), np.float32)
        for start in range(0, players, BLOCK):
            block = slice(start, min(start + BLOCK, players))
            here = room[:, : block.stop - start]
            known = self._take(here[:-1], positions, block)
            squared = self._squared(here)
            for axis, segments in enumerate(pairwise(self.bounds)):
                self._place(placed, axis, slice(*segments), block, squared)
            told = days[..., block] / (days[..., block] + 1)
            np.matmul(self.weights, np.multiply(known, told, dtype=np.float32), out=placed.confidence[:, block])
        np.multiply(placed.confidence, placed.share, out=placed.confidence)
        return placed

    def _take(self, here: Numbers, positions: Columns, block: slice) -> NDArray[np.bool_]:
        """Put a block of positions in place, 0 for what is unknown; which are known."""
        for row, column, per_unit in zip(here, positions, self.per_unit, strict=True):
            np.multiply(column[block], per_unit, out=row, casting="same_kind")
        known: NDArray[np.bool_] = np.isfinite(here)
        if not known.all():
            np.copyto(here, 0, where=~known)
        np.clip(here, -_FARTHEST, _FARTHEST, out=here)
        return known

    def _squared(self, here: Numbers) -> Numbers:
        """(segments, players): squared Mahalanobis distances."""
        white = (self.factors @ here).reshape(-1, len(self.log_weight), here.shape[1])
        squared: Numbers = np.multiply(white, white, out=white).sum(axis=0)
        return squared

    def _place(self, placed: Placed, axis: int, segments: slice, block: slice, squared: Numbers) -> None:
        """Fill in one axis of a block."""
        weighted = self.log_weight[segments] - 0.5 * squared[segments]
        most = weighted.max(axis=0)
        best = placed.best[axis, block]
        for at in range(1, len(weighted)):
            np.maximum(best, (weighted[at] == most).view(np.int8) * np.int8(at), out=best)
        likely = np.exp(np.subtract(weighted, most, out=weighted), out=weighted)
        np.reciprocal(likely.sum(axis=0), out=placed.share[axis, block])
        row = best.astype(np.intp) + segments.start
        log_strength = np.minimum(most - self.log_weight[row, 0], 0)
        np.exp(log_strength, out=placed.strength[axis, block])
        distance = np.sqrt(-2 * log_strength, out=placed.distance[axis, block])
        placed.typicality[axis, block] = self.table[row * STEPS + _steps(distance)]


def _steps(distance: Numbers) -> NDArray[np.intp]:
    """The step of a table that each distance falls in."""
    return np.minimum(distance * STEPS_A_UNIT, STEPS - 1).astype(np.intp)
