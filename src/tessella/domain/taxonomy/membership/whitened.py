"""A space in 32 bits, with as many segments and dimensions on each axis, so that all axes are one product."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from tessella.domain.taxonomy.membership.placed import Numbers
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.membership.typicality import STEPS, typicality_table
from tessella.domain.taxonomy.membership.whitening import whitener
from tessella.domain.taxonomy.taxonomy import SegmentDefinition


@dataclass(frozen=True, slots=True, eq=False)
class Whitened:
    """D and K are the most dimensions and segments of any axis; an axis of fewer has empty ones, of weight -inf."""

    #: (axes * (D + 1), metrics + 1): from positions above a row of ones to coordinates above a row of ones.
    projection: Numbers
    #: (axes, D * K, D + 1): from those to white coordinates about each center, / sqrt(2): their squares sum to d^2 / 2.
    factors: Numbers
    #: (axes, K, 1): see `Space.log_weight`.
    log_weight: Numbers
    #: (axes, K, STEPS): typicality by step of distance.
    typicality: Numbers

    @classmethod
    def of(cls, space: Space) -> Self:
        """Prepare a space."""
        axes, width = len(space.axes), len(space.whitening)
        most = max((len(each.segments) for each in space.axes), default=1)
        found = cls(
            np.zeros((axes * (width + 1), len(space.standard.metrics) + 1), np.float32),
            np.zeros((axes, width * most, width + 1), np.float32),
            np.full((axes, most, 1), -np.inf, np.float32),
            np.ones((axes, most, STEPS), np.float32),
        )
        for at, (axis, (begin, end)) in enumerate(zip(space.axes, pairwise(space.bounds), strict=True)):
            found.projection.reshape(axes, width + 1, -1)[at, : axis.projection.shape[1], :-1] = axis.projection.T
            found.projection.reshape(axes, width + 1, -1)[at, width, -1] = 1
            found.log_weight[at, : end - begin, 0] = space.log_weight[begin:end]
            for place, segment in enumerate(axis.segments):
                _put(found.factors[at].reshape(width, most, -1)[:, place], segment)
                found.typicality[at, place] = typicality_table(segment.distances, segment.players)
        return found

    def weighted(self, here: Numbers) -> Numbers:
        """(axes, K, players): log weight - d^2 / 2, from (metrics + 1, players) with ones in the last row."""
        axes, segments, _ = self.log_weight.shape
        coordinates = (self.projection @ here).reshape(axes, self.factors.shape[2], -1)
        white = (self.factors @ coordinates).reshape(axes, -1, segments, here.shape[1])
        halves: Numbers = np.einsum("adkp,adkp->akp", white, white)
        return np.subtract(self.log_weight, halves, out=halves)


def _put(into: Numbers, segment: SegmentDefinition) -> None:
    """The factors of one segment, (D, D + 1); the last column is for the ones."""
    factor, _ = whitener(segment.covariance_matrix)
    wide = len(factor)
    into[:wide, :wide] = factor / np.sqrt(2)
    into[:wide, -1] = -factor @ segment.center_position / np.sqrt(2)
