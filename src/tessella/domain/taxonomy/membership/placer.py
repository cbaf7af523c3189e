"""Many players placed at once: blocks that fit a cache, and a few operations for all segments of all axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.membership.placed import Numbers, Placed
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.membership.typicality import STEPS, STEPS_A_UNIT
from tessella.domain.taxonomy.membership.whitened import Whitened

#: Players of a block: what is made of them in between stays in a core's cache.
BLOCK: Final = 8192
#: Positions are held within so many deviations, so that squares stay finite in 32 bits.
_FARTHEST: Final = 1e4

#: Of each metric, (players,).
Columns = Sequence[NDArray[np.floating[Any]]] | NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Placer:
    """Places players in a space. Immutable, so threads may share it."""

    whitened: Whitened
    #: (axes, metrics): see `Space.weights`.
    weights: Numbers
    #: What columns are multiplied by to be positions.
    per_unit: tuple[float, ...]

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
        return cls(Whitened.of(space), np.ascontiguousarray(space.weights.T, np.float32), tuple(per_unit))

    def place(self, positions: Columns, days: NDArray[np.floating[Any]]) -> Placed:
        """Where players stand.

        `positions` is a column of each metric, or (metrics, players); what is not finite in 32 bits is unknown.
        `days` is how many are known, (players,) of all metrics or (metrics, players) of each.
        """
        players = days.shape[-1]
        placed = Placed.empty(len(self.weights), players)
        room = np.ones((len(self.per_unit) + 1, min(BLOCK, players)), np.float32)
        for start in range(0, players, BLOCK):
            block = slice(start, min(start + BLOCK, players))
            here = room[:, : block.stop - start]
            known = self._take(here[:-1], positions, block)
            self._choose(placed, block, self.whitened.weighted(here))
            reliable = self._reliable(known, days[..., block])
            np.multiply(placed.share[:, block], reliable, out=placed.confidence[:, block])
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

    def _choose(self, placed: Placed, block: slice, weighted: Numbers) -> None:
        """Fill in all of a block but the confidence."""
        best, share = placed.best[:, block], placed.share[:, block]
        axes, segments, _ = weighted.shape
        most = weighted.max(axis=1)
        for at in range(1, segments):
            np.maximum(best, (weighted[:, at] == most).view(np.int8) * np.int8(at), out=best)
        weighted -= most[:, None]
        np.exp(weighted, out=weighted).sum(axis=1, out=share)
        np.reciprocal(share, out=share)
        row = best + np.arange(0, axes * segments, segments)[:, None]
        log_strength = np.minimum(most - self.whitened.log_weight.take(row), 0)
        np.exp(log_strength, out=placed.strength[:, block])
        distance = np.sqrt(-2 * log_strength, out=placed.distance[:, block])
        placed.typicality[:, block] = self.whitened.typicality.take(row * STEPS + _steps(distance))

    def _reliable(self, known: NDArray[np.bool_], days: NDArray[np.floating[Any]]) -> Numbers:
        """(axes, players), or (players,) where it is the same on all axes: see `standing.reliability`."""
        told: Numbers = (days / (days + 1)).astype(np.float32)
        if told.ndim == 1 and known.all():
            return told
        reliable: Numbers = self.weights @ np.multiply(known, told, dtype=np.float32)
        return reliable


def _steps(distance: Numbers) -> NDArray[np.intp]:
    """The step of a table that each distance falls in."""
    return np.minimum(distance * STEPS_A_UNIT, STEPS - 1).astype(np.intp)
